import { inOneLine } from './clean-text.ts';
import type { Parser } from './contract.ts';
import { layOut } from './pdf/layout.ts';
import { readPages } from './pdf/read-pages.ts';
import { unreadable } from './unreadable.ts';

const MAGIC = '%PDF-';
/** Readers accept the mark anywhere in the first kilobyte (ISO 32000-1, annex H, note 13). */
const MAGIC_WITHIN = 1024;

/** PDF: lines, columns and paragraphs by geometry, page by page. */
export const pdf: Parser = {
  name: 'pdf',
  extensions: ['.pdf'],
  mediaTypes: ['application/pdf', 'application/x-pdf'],
  sniff: (bytes) => (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC_WITHIN)).includes(MAGIC) ? 1 : 0),
  async parse(bytes) {
    const { pages, title } = await readPages(bytes);
    const blocks = layOut(pages);
    if (blocks.length === 0) throw unreadable(pages.some(({ hasImages }) => hasImages) ? 'images-only' : 'no-text');
    const cleaned = inOneLine(title ?? '');
    return { pages: pages.length, blocks, ...(cleaned !== '' && { title: cleaned }) };
  },
};
