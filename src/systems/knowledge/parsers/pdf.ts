import { inOneLine } from './clean-text.ts';
import type { ParsedDocument, Parser } from './contract.ts';
import { layOut } from './pdf/layout.ts';
import type { PageContent, PageSource } from './pdf/page-content.ts';
import { openWithPdfium } from './pdf/pdfium-source.ts';
import { unreadable } from './unreadable.ts';

const MAGIC = '%PDF-';
/** Readers accept the mark anywhere in the first kilobyte (ISO 32000-1, Adobe's note 13). */
const MAGIC_WITHIN = 1024;

/** PDF: text by geometry, page by page. */
export const pdf: Parser = {
  name: 'pdf',
  extensions: ['.pdf'],
  mediaTypes: ['application/pdf', 'application/x-pdf'],
  sniff: (bytes) => (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC_WITHIN)).includes(MAGIC) ? 1 : 0),
  async parse(bytes) {
    return readWith(await openWithPdfium(bytes));
  },
};

async function readWith(source: PageSource): Promise<ParsedDocument> {
  const pages: PageContent[] = [];
  for (let number = 1; number <= source.pages; number += 1) pages.push(await source.read(number));
  const blocks = layOut(pages);
  if (blocks.length === 0) throw unreadable(pages.some(({ hasImages }) => hasImages) ? 'images-only' : 'no-text');
  const title = inOneLine(source.title ?? '');
  await source.close();
  return { pages: source.pages, blocks, ...(title !== '' && { title }) };
}
