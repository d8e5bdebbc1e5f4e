import { inOneLine } from './clean-text.ts';
import type { Block, Parser } from './contract.ts';
import { layOut } from './pdf/layout.ts';
import { readPages } from './pdf/read-pages.ts';
import { isScan, withRecognized } from './pdf/scans.ts';
import { unreadable } from './unreadable.ts';

const MAGIC = '%PDF-';
/** Readers accept the mark anywhere in the first kilobyte (ISO 32000-1, annex H, note 13). */
const MAGIC_WITHIN = 1024;
/** What programs write where nobody gave a title: the name of a file, of themselves, or nothing. */
const NO_TITLE =
  /^(?:untitled|title|document\d*|microsoft word\b.*|powerpoint presentation|.*\.(?:docx?|indd|tex|dvi|qxd|pdf))$/i;

/** PDF: lines, columns and paragraphs by geometry, page by page. */
export const pdf: Parser = {
  name: 'pdf',
  isBinary: true,
  extensions: ['.pdf'],
  mediaTypes: ['application/pdf', 'application/x-pdf'],
  sniff: (bytes) => (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC_WITHIN)).includes(MAGIC) ? 1 : 0),
  async parse(bytes, { recognized }) {
    const read = await readPages(bytes);
    const scans = recognized?.length === 0 ? read.pages.filter(isScan).map(({ number }) => number) : [];
    const pages = withRecognized(read.pages, recognized ?? []);
    const blocks = layOut(pages);
    if (blocks.length === 0 && scans.length === 0) {
      const hasImages = pages.some((page) => page.hasImages);
      throw unreadable(recognized ? 'no-recognized-text' : hasImages ? 'images-only' : 'no-text');
    }
    const title = titleOf(read.title, blocks);
    return {
      pages: pages.length,
      blocks,
      ...(title !== undefined && { title }),
      ...(scans.length > 0 && { scans }),
    };
  },
};

/** What the document says of itself, else its first heading of the highest level on its first page of text. */
function titleOf(told: string | undefined, blocks: readonly Block[]): string | undefined {
  const cleaned = inOneLine(told ?? '');
  if (cleaned !== '' && !NO_TITLE.test(cleaned)) return cleaned;
  const headings = blocks.filter(({ kind, page }) => kind === 'heading' && page === blocks[0]?.page);
  const highest = Math.min(...headings.map(({ level = 1 }) => level));
  return headings.find(({ level = 1 }) => level === highest)?.text;
}
