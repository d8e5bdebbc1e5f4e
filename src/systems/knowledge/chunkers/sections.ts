import type { Block, ParsedDocument } from '../parsers/contract.ts';

/** Consecutive blocks of one page under one heading, a table of cells by itself: what no chunk reaches beyond. */
export interface Section {
  readonly blocks: readonly Block[];
  readonly page?: number;
  /** The headings it stands under, outermost first, joined by ` > `. */
  readonly heading?: string;
}

const SEPARATOR = ' > ';

/**
 * Cuts a document at page ends and before headings. A heading stands in the section that follows it, on the next page when
 * it is the last line of its own: a passage of a heading alone answers nothing.
 */
export function readSections({ blocks }: ParsedDocument): Section[] {
  const sections: Section[] = [];
  const headings: Block[] = [];
  let open: Block[] = [];
  const close = (): void => {
    if (open.length > 0) sections.push(sectionOf(open, headings));
    open = [];
  };
  for (const block of blocks) {
    if (block.kind === 'heading') {
      if (hasBody(open) || open.at(-1)?.page !== block.page) close();
      enter(headings, block);
    } else if (hasBody(open) && divides(open.at(-1), block)) close();
    open.push(block);
  }
  close();
  return sections;
}

function hasBody(blocks: readonly Block[]): boolean {
  return blocks.some(({ kind }) => kind !== 'heading');
}

/** A chunk is on one page, and names one range of cells. */
function divides(before: Block | undefined, block: Block): boolean {
  return before?.page !== block.page || [before, block].some((one) => one?.table?.rowNumbers !== undefined);
}

/** Leaves the headings that do not stand above the new one, and goes below it. */
function enter(headings: Block[], heading: Block): void {
  while ((headings.at(-1)?.level ?? 0) >= (heading.level ?? 1)) headings.pop();
  headings.push(heading);
}

function sectionOf(blocks: readonly Block[], headings: readonly Block[]): Section {
  const page = blocks.at(-1)?.page;
  const heading = headings.map(({ text }) => text).join(SEPARATOR);
  return { blocks, ...(page !== undefined && { page }), ...(heading !== '' && { heading }) };
}
