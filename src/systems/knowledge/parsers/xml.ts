import type { Parser } from './contract.ts';
import { charsetOf, decodeText, looksLikeText } from './decode-text.ts';
import { readWordXml } from './docx/word-xml.ts';
import { titleOf } from './office/core-properties.ts';
import { unreadable } from './unreadable.ts';
import { readXml } from './xml/read-xml.ts';

const DECLARATION = /^\ufeff?\s*<\?xml[\s?]/i;
const ENCODING = /^[^<]{0,8}<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)/i;
const SOME_ELEMENT =
  /^\ufeff?\s*(?:<!--[\s\S]{0,1500}?-->\s*|<!DOCTYPE\s+(?!html)[^>]{1,500}>\s*)*<([a-z][\w.:-]*)(?:\s[^<>]*)?>/i;
/** Word 2003, and Word since then as one XML file: both have the text of a main part in them. */
const WORD_XML = /<w:wordDocument\b|<\?mso-application\s+progid="Word\.Document"|<pkg:package\b/;
const HEAD_BYTES = 2048;
const SURE = 0.6;
const SOMEWHAT_SURE = 0.4;

/** Any other XML: the text of its elements, those called title as headings, and of short ones their names. */
export const xml: Parser = {
  name: 'xml',
  extensions: ['.xml', '.rss', '.atom', '.docbook', '.dita'],
  mediaTypes: ['application/xml', 'text/xml', 'application/rss+xml', 'application/atom+xml'],
  sniff(bytes) {
    const head = decodeText(bytes.subarray(0, HEAD_BYTES));
    if (DECLARATION.test(head)) return SURE;
    const element = SOME_ELEMENT.exec(head)?.[1];
    const end = decodeText(bytes.subarray(-HEAD_BYTES)).trimEnd();
    return element !== undefined && (/\sxmlns/.test(head) || end.endsWith(`</${element}>`)) ? SOMEWHAT_SURE : 0;
  },
  async parse(bytes, context) {
    if (!looksLikeText(bytes)) throw unreadable('not-text');
    const declared = ENCODING.exec(new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES)))?.[1];
    // A declaration that can be read byte by byte cannot stand in UTF-16, whatever it says.
    const encoding = declared !== undefined && /^utf-?16/i.test(declared) ? 'utf-8' : declared;
    const text = decodeText(bytes, charsetOf(context.mediaType) ?? encoding);
    if (WORD_XML.test(text.slice(0, HEAD_BYTES))) return { blocks: readWordXml(text) };
    const document = readXml(text);
    const title = titleOf(document.title);
    return title === undefined ? { blocks: document.blocks } : { title, blocks: document.blocks };
  },
};
