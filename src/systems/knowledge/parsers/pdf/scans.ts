import type { PageContent, RecognizedPage } from './page-content.ts';

/** A scan may have a stamp or a page number that is text. */
const FEW_LETTERS = 24;
/** Where more characters than this share can only be drawn, the image of the page says more than they do. */
const UNMAPPED = 0.5;

/** Whether the text of a page stands on an image, or in letters that only its fonts can draw. */
export function isScan(page: PageContent): boolean {
  const characters = page.fragments.reduce((sum, { text }) => sum + text.length, 0);
  if (page.unmapped > FEW_LETTERS && page.unmapped > UNMAPPED * characters) return true;
  return page.isCovered && characters < FEW_LETTERS;
}

/** The pages, with what was recognised in place of what they say themselves; their notes stay. */
export function withRecognized(
  pages: readonly PageContent[],
  recognized: readonly RecognizedPage[],
): readonly PageContent[] {
  const known = new Map(recognized.filter(({ fragments }) => fragments.length > 0).map((page) => [page.number, page]));
  return pages.map((page) => ({ ...page, ...known.get(page.number) }));
}
