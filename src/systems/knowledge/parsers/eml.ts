import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { Parser } from './contract.ts';
import { type MailAttachment, mailDocument } from './mail/mail-document.ts';
import { unreadable } from './unreadable.ts';

const HEAD_BYTES = 16_384;
const KNOWN_HEADERS =
  /^(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|reply-to|delivered-to|content-type|x-[\w-]+):/gim;
const FIRST_LINE = /^(?:From [^\n]*\n)?[!-9;-~]+:[^\n]*\n/;
const LEAST_KNOWN = 3;
const SURE = 0.8;

/** A message in Internet form (RFC 5322 and MIME), or a page that a browser saved in that form. */
export const eml: Parser = {
  name: 'eml',
  extensions: ['.eml', '.mht', '.mhtml'],
  mediaTypes: ['message/rfc822', 'multipart/related'],
  sniff(bytes) {
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES)).replace(/\r\n?/g, '\n').trimStart();
    const [headers = ''] = head.split('\n\n');
    const known = new Set(headers.match(KNOWN_HEADERS)?.map((name) => name.toLowerCase()));
    return FIRST_LINE.test(head) && known.size >= LEAST_KNOWN ? SURE : 0;
  },
  async parse(bytes, context) {
    const email = await parseMessage(bytes);
    return mailDocument(
      {
        ...(email.subject !== undefined && { subject: email.subject }),
        ...(email.from && { from: addresses([email.from]) }),
        to: addresses(email.to ?? []),
        cc: addresses(email.cc ?? []),
        ...(email.date !== undefined && { date: readableDate(email.date) }),
        ...(email.html !== undefined && { html: email.html }),
        ...(email.text !== undefined && { text: email.text }),
        attachments: email.attachments.filter(isToBeTold).map(toAttachment),
      },
      context,
    );
  },
};

async function parseMessage(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { attachmentEncoding: 'arraybuffer' });
  } catch (error) {
    // Nested too deep, headers too long, or broken: it says so in words of its own.
    throw unreadable('damaged', error);
  }
}

function addresses(list: readonly Address[]): string {
  return list
    .flatMap((address) => (address.group ? address.group : [address]))
    .map(({ name, address = '' }) => (name !== '' && address !== '' ? `${name} <${address}>` : name || address))
    .join(', ');
}

/** @example readableDate('2026-03-09T14:30:00.000Z') // '2026-03-09 14:30 UTC' */
function readableDate(date: string): string {
  const moment = new Date(date);
  return Number.isNaN(moment.getTime()) ? date : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Pictures that a page shows belong to it and have no name worth telling. */
function isToBeTold({ related, mimeType }: Attachment): boolean {
  return !(related && /^(?:image|font|text\/css)/.test(mimeType));
}

function toAttachment({ filename, mimeType, content }: Attachment): MailAttachment {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  return { name: filename ?? '', mediaType: mimeType, content: bytes };
}
