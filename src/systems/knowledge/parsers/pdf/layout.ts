import { cleanCharacters, collapseSpace } from '../clean-text.ts';
import type { Block } from '../contract.ts';
import { divideColumns } from './columns.ts';
import { measureTypography, toBlock } from './headings.ts';
import { createLineJoiner } from './hyphens.ts';
import { joinLines } from './lines.ts';
import type { PageContent } from './page-content.ts';
import { joinParagraphs } from './paragraphs.ts';
import { dropRunningLines } from './running-lines.ts';

/** From the fragments of a document's pages to its blocks in reading order. */
export function layOut(pages: readonly PageContent[]): Block[] {
  const withLines = pages.map(({ number, height, fragments }) => {
    return { number, height, columns: divideColumns(fragments).map(joinLines) };
  });
  const running = dropRunningLines(withLines);
  const join = createLineJoiner(linesOf(running));
  const paragraphs = running.map(({ columns }) => columns.flatMap((lines) => joinParagraphs(lines, join)));
  const typography = measureTypography(paragraphs.flat());
  return pages.flatMap(({ number, asides }, index) => {
    const blocks = (paragraphs[index] ?? []).map((paragraph) => toBlock(paragraph, number, typography));
    const notes = asides.map((text): Block => ({ kind: 'paragraph', text, page: number }));
    return [...blocks, ...notes].map(clean).filter(({ text }) => text !== '');
  });
}

function* linesOf(pages: ReturnType<typeof dropRunningLines>): Generator<string> {
  for (const { columns } of pages) for (const lines of columns) for (const line of lines) yield line.cells.join(' ');
}

function clean(block: Block): Block {
  const text = cleanCharacters(block.text);
  // The two spaces around an empty cell stay.
  return { ...block, text: block.kind === 'table' ? text.trim() : collapseSpace(text) };
}
