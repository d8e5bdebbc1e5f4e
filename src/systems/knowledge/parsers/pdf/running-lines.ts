import type { Line } from './lines.ts';

/** The lines of a page, column after column. */
export interface PageLines {
  readonly number: number;
  readonly height: number;
  readonly columns: readonly (readonly Line[])[];
}

/** Headers stand in this share of the page from its top, footers from its bottom. */
const MARGIN = 0.13;
const LEAST_PAGES = 3;
/** Points that a header's place may differ by. */
const PLACE = 4;

/**
 * Leaves out headers and footers: lines in the margin that stand at the same place of at least three pages with the same
 * text, numbers aside. The first page that has one keeps it, unless it is nothing but a page number.
 */
export function dropRunningLines(pages: readonly PageLines[]): PageLines[] {
  const counts = new Map<string, number>();
  for (const page of pages) for (const key of keysOf(page)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const seen = new Set<string>();
  return pages.map((page) => {
    const stays = (line: Line): boolean => {
      const keys = placesOf(line, page);
      const key = keys.find((candidate) => (counts.get(candidate) ?? 0) >= LEAST_PAGES);
      if (key === undefined) return true;
      const isFirst = !keys.some((candidate) => seen.has(candidate)) && /\p{L}{3}/u.test(textOf(line));
      for (const candidate of keys) seen.add(candidate);
      return isFirst;
    };
    const columns = page.columns.map((lines) => lines.filter(stays));
    // A page that is all header (a form, a divider) is told by nothing else.
    return columns.some((lines) => lines.length > 0) ? { ...page, columns } : page;
  });
}

function keysOf(page: PageLines): Set<string> {
  return new Set(page.columns.flat().flatMap((line) => placesOf(line, page)));
}

/** Two keys, so that lines whose places lie on both sides of a rounding border still share one. */
function placesOf(line: Line, { height }: PageLines): string[] {
  const isHeader = line.baseline < MARGIN * height;
  const isFooter = line.baseline > (1 - MARGIN) * height;
  if (!isHeader && !isFooter) return [];
  const text = textOf(line).replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
  const place = isHeader ? line.baseline : height - line.baseline;
  return [0, 0.5].map(
    (shift) => `${isHeader ? 'top' : 'bottom'} ${shift} ${Math.floor(place / PLACE + shift)} ${text}`,
  );
}

function textOf(line: Line): string {
  return line.cells.join(' ');
}
