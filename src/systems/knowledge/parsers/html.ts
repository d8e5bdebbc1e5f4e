import { Parser as Tokenizer } from 'htmlparser2';
import { inOneLine } from './clean-text.ts';
import type { Parser } from './contract.ts';
import { charsetOf, decodeText } from './decode-text.ts';
import { createHtmlReader } from './html-reader.ts';

const HEAD_BYTES = 2048;
// Browsers look at the first 1024 bytes; pages with long scripts declare themselves later.
const DECLARATION_BYTES = 65_536;
const OPENING = /^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[\s\S]{0,1500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const SOME_TAG = /<(?:html|head|body|title|meta|div|table|p|h[1-6]|br|ul|a\s+href)\b[^<>]{0,500}>/i;
const META_CHARSET = /<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)/i;
const XML_ENCODING = /^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)/i;
const SURE = 0.9;
const SOMEWHAT_SURE = 0.3;

/** HTML: what a reader of the page sees, without navigation, scripts, styles and hidden elements. */
export const html: Parser = {
  name: 'html',
  extensions: ['.html', '.htm', '.xhtml'],
  mediaTypes: ['text/html', 'application/xhtml+xml'],
  sniff(bytes) {
    const head = decodeText(bytes.subarray(0, HEAD_BYTES));
    if (OPENING.test(head)) return SURE;
    return SOME_TAG.test(head) ? SOMEWHAT_SURE : 0;
  },
  async parse(bytes, context) {
    const reader = createHtmlReader();
    const tokenizer = new Tokenizer(reader.handler, { decodeEntities: true, lowerCaseTags: true });
    tokenizer.end(decodeText(bytes, charsetOf(context.mediaType) ?? declaredIn(bytes)));
    const { title, blocks } = reader.result();
    const heading = title ?? blocks.find(({ kind }) => kind === 'heading')?.text;
    return heading === undefined ? { blocks } : { title: inOneLine(heading), blocks };
  },
};

/** What the document says of its own encoding, in its first bytes (WHATWG HTML, prescan). */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  const declared = XML_ENCODING.exec(head)?.[1] ?? META_CHARSET.exec(head)?.[1];
  // A declaration that can be read byte by byte cannot stand in UTF-16, whatever it says.
  return declared !== undefined && /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}
