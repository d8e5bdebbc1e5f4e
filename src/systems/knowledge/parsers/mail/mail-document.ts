import { isLoamError } from '../../../../core/errors.ts';
import { cleanCharacters, collapseSpace, inOneLine } from '../clean-text.ts';
import type { Block, ParseContext, ParsedDocument } from '../contract.ts';
import { html } from '../html.ts';
import { titleOf } from '../office/core-properties.ts';

/** Of one message; the names of all are told, and no more than these are read. */
const MOST_READ = 32;

export interface MailAttachment {
  readonly name: string;
  readonly mediaType?: string;
  readonly content: Uint8Array;
}

/** A message, whatever wrote it down. */
export interface Mail {
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  /** As it is to be shown. */
  readonly date?: string;
  readonly html?: string;
  readonly text?: string;
  /** The body where a format has another form of it. */
  readonly blocks?: readonly Block[];
  readonly attachments: readonly MailAttachment[];
}

/** A message as a document: its subject, who wrote when to whom, its text, and what is attached, read where that can be. */
export async function mailDocument(mail: Mail, { readInner }: ParseContext): Promise<ParsedDocument> {
  const title = titleOf(mail.subject);
  const blocks: Block[] = [
    ...(title === undefined ? [] : [{ kind: 'heading' as const, level: 1, text: title }]),
    ...paragraph(headerLines(mail)),
    ...(await bodyOf(mail)),
  ];
  for (const [index, attachment] of mail.attachments.entries()) {
    const name = inOneLine(cleanCharacters(attachment.name));
    const inner = index < MOST_READ && readInner ? await contentOf(attachment, readInner) : [];
    const label = `Attachment: ${name === '' ? 'without a name' : name}`;
    blocks.push(inner.length > 0 ? { kind: 'heading', level: 2, text: label } : { kind: 'paragraph', text: label });
    for (const block of inner) blocks.push(block);
  }
  return title === undefined ? { blocks } : { title, blocks };
}

function headerLines({ from, to, cc, date }: Mail): string {
  return [
    ['From', from],
    ['To', to],
    ['Cc', cc],
    ['Date', date],
  ]
    .filter(([, value]) => value !== undefined && value.trim() !== '')
    .map(([name, value]) => `${name}: ${inOneLine(value ?? '')}`)
    .join('\n');
}

async function bodyOf({ html: page, text, blocks = [] }: Mail): Promise<readonly Block[]> {
  if (page !== undefined) {
    const { blocks: read } = await html.parse(new TextEncoder().encode(page), {
      name: '',
      mediaType: 'text/html; charset=utf-8',
    });
    if (read.length > 0) return read;
  }
  const paragraphs = (text ?? '').replace(/\r\n?/g, '\n').split(/\n[^\S\n]*(?:\n[^\S\n]*)+/);
  const read = paragraphs.flatMap(paragraph);
  return read.length > 0 ? read : blocks;
}

function paragraph(text: string): Block[] {
  const cleaned = collapseSpace(cleanCharacters(text));
  return cleaned === '' ? [] : [{ kind: 'paragraph', text: cleaned }];
}

/** What an attachment holds, without its pages: they are not pages of the message. Nothing where it cannot be read. */
async function contentOf(
  { name, mediaType, content }: MailAttachment,
  readInner: NonNullable<ParseContext['readInner']>,
): Promise<Block[]> {
  try {
    const { blocks } = await readInner(content, { name, ...(mediaType !== undefined && { mediaType }) });
    return blocks.map(({ page: _page, ...block }) => block);
  } catch (error) {
    if (isLoamError(error, 'document-unreadable')) return [];
    throw error;
  }
}
