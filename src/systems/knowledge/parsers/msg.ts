import type { Parser } from './contract.ts';
import { decodeText } from './decode-text.ts';
import { type Mail, type MailAttachment, mailDocument } from './mail/mail-document.ts';
import { decompressRtf } from './msg/decompress-rtf.ts';
import { type Properties, propertiesIn } from './msg/properties.ts';
import { encodingOfCodePage } from './office/code-pages.ts';
import { type CompoundFile, openCompoundFile } from './ole/compound-file.ts';
import { sniffOle } from './ole/ole-kind.ts';
import { readRtf } from './rtf/reader.ts';

const ATTACHMENT = /^__attach_version1\.0_#[0-9a-f]{8}\//i;
const INNER_MESSAGE = '__substg1.0_3701000D/';

/** A message as Outlook saves it ([MS-OXMSG]). */
export const msg: Parser = {
  name: 'msg',
  isBinary: true,
  extensions: ['.msg', '.oft'],
  mediaTypes: ['application/vnd.ms-outlook'],
  sniff: sniffOle('msg'),
  async parse(bytes, context) {
    const file = openCompoundFile(bytes);
    const { codePage, ...properties } = propertiesIn(file, '', 'message');
    return mailDocument({ ...messageOf(properties, codePage), attachments: attachmentsOf(file, codePage) }, context);
  },
};

function messageOf(properties: Properties, codePage: number | undefined): Omit<Mail, 'attachments'> {
  const page = properties.binary('1013');
  const html = properties.text('1013') ?? (page && decodeText(page, encodingOfCodePage(codePage ?? 65001)));
  const rtf = properties.binary('1009');
  const plain = rtf && decompressRtf(rtf);
  const date = properties.time('0039') ?? properties.time('0E06');
  const optional = {
    subject: properties.text('0037'),
    from: person(properties.text('0C1A'), properties.text('5D01') ?? properties.text('0C1F')),
    to: properties.text('0E04'),
    cc: properties.text('0E03'),
    date: date && `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    html,
    text: properties.text('1000'),
    blocks: plain && readRtf(plain).blocks,
  };
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
}

/** Exchange knows people by paths in its directory; those say nothing to a reader. */
function person(name = '', address = ''): string {
  const shown = address.startsWith('/') || address === name ? '' : address;
  return name !== '' && shown !== '' ? `${name} <${shown}>` : name || shown;
}

function attachmentsOf(file: CompoundFile, codePage: number | undefined): MailAttachment[] {
  const folders = new Set(
    file.paths.map((path) => ATTACHMENT.exec(path)?.[0]).filter((folder) => folder !== undefined),
  );
  return [...folders].sort().flatMap((folder) => {
    const attachment = propertiesIn(file, folder, 'other', codePage);
    const name = attachment.text('3707') ?? attachment.text('3704') ?? attachment.text('3001') ?? '';
    const mediaType = attachment.text('370E');
    const content = attachment.binary('3701') ?? innerMessage(file, folder, codePage);
    const isPicture = /^image\//.test(mediaType ?? '') && attachment.text('3712') !== undefined;
    return isPicture ? [] : [{ name, content, ...(mediaType !== undefined && { mediaType }) }];
  });
}

/** A message inside the message: its subject and text as a document of plain text. */
function innerMessage(file: CompoundFile, folder: string, outerCodePage: number | undefined): Uint8Array {
  const { codePage, ...properties } = propertiesIn(file, folder + INNER_MESSAGE, 'inner', outerCodePage);
  const { subject = '', from = '', text = '', blocks = [] } = messageOf(properties, codePage);
  const body = text.trim() === '' ? blocks.map((block) => block.text).join('\n\n') : text;
  return new TextEncoder().encode([subject, from, body].filter((part) => part.trim() !== '').join('\n\n'));
}
