import type { Block } from '../contract.ts';
import { type FileInformation, TEXT_PARTS, type TextPart } from './file-information.ts';
import type { FindProperties, ParagraphProperties } from './paragraph-properties.ts';
import type { PieceText } from './pieces.ts';
import { createFieldReader, plainLine } from './visible-text.ts';

const CELL_END = '\x07';
const PAGE_END = '\f';
const PARAGRAPH_OR_CELL_END = new RegExp(`[\\r${CELL_END}${PAGE_END}]`, 'g');
const SEPARATOR = ' | ';
const DEEPEST = 6;
/** As they are told: what belongs to the text first, what stands on every page last. Macros are no text. */
const TOLD = ['body', 'footnotes', 'endnotes', 'comments', 'boxes', 'headers', 'headerBoxes'] as const;

interface Paragraph {
  readonly text: string;
  readonly endsCell: boolean;
  readonly properties: ParagraphProperties | undefined;
}

/** All parts of a Word file as blocks. Headers and footers, which each section repeats, are told once. */
export function readBlocks(information: FileInformation, text: PieceText, find: FindProperties): Block[] {
  const bounds = partBounds(information, text.text.length);
  return TOLD.flatMap((part) => {
    const blocks = partBlocks(text, bounds[part], find);
    return part === 'headers' || part === 'headerBoxes' ? withoutRepeats(blocks) : blocks;
  });
}

type Bounds = readonly [start: number, end: number];

function partBounds({ parts }: FileInformation, length: number): Record<TextPart, Bounds> {
  let at = 0;
  const bounds = TEXT_PARTS.map((part) => {
    const start = Math.min(at, length);
    at += parts[part];
    return [part, [start, Math.min(at, length)]] as const;
  });
  const known = Object.fromEntries(bounds) as unknown as Record<TextPart, Bounds>;
  // A header that counts no characters is damaged: then all text is body.
  return at === 0 ? { ...known, body: [0, length] } : known;
}

function partBlocks(text: PieceText, bounds: Bounds, find: FindProperties): Block[] {
  const blocks: Block[] = [];
  const table = createTable((block) => blocks.push(block));
  for (const paragraph of paragraphsOf(text, bounds, find)) {
    const isInTable = paragraph.endsCell || table.isOpenRow(paragraph);
    if (isInTable) table.add(paragraph);
    else {
      table.close();
      const block = blockOf(paragraph);
      if (block) blocks.push(block);
    }
  }
  table.close();
  return blocks;
}

function* paragraphsOf(
  { text, offsetOf }: PieceText,
  [start, end]: Bounds,
  find: FindProperties,
): Generator<Paragraph> {
  const visible = createFieldReader();
  const part = text.slice(start, end);
  let from = 0;
  for (const { index, 0: mark } of part.matchAll(PARAGRAPH_OR_CELL_END)) {
    const line = plainLine(visible(part.slice(from, index)));
    yield { text: line, endsCell: mark === CELL_END, properties: find(offsetOf(start + index)) };
    from = index + 1;
  }
  const rest = plainLine(visible(part.slice(from)));
  if (rest !== '') yield { text: rest, endsCell: false, properties: undefined };
}

function blockOf({ text, properties }: Paragraph): Block | undefined {
  if (text === '') return undefined;
  const level = properties?.headingLevel;
  if (level !== undefined) return { kind: 'heading', level: Math.min(level, DEEPEST), text };
  return properties?.isListItem ? { kind: 'list-item', text } : { kind: 'paragraph', text };
}

interface Table {
  /** Whether a paragraph that ends no cell stands in one all the same. */
  isOpenRow(paragraph: Paragraph): boolean;
  add(paragraph: Paragraph): void;
  close(): void;
}

/** Collects the paragraphs of cells into rows, and rows into a table. */
function createTable(emit: (block: Block) => void): Table {
  let rows: string[] = [];
  let cells: string[] = [];
  let cell: string[] = [];
  const endRow = (): void => {
    if (cells.some((text) => text !== '')) rows.push(cells.join(SEPARATOR).trimEnd());
    cells = [];
  };
  const endCell = (): void => {
    cells.push(cell.filter((text) => text !== '').join(' '));
    cell = [];
  };
  return {
    isOpenRow: ({ properties }) => properties?.isInTable === true || cells.length > 0,
    add({ text, endsCell, properties }) {
      // Before Word 97 only an empty cell right after another says that the row ends.
      const endsRow = properties
        ? properties.endsRow
        : endsCell && text === '' && cell.length === 0 && cells.length > 0;
      if (endsRow) return endRow();
      cell.push(text);
      if (endsCell) endCell();
    },
    close() {
      if (cell.length > 0) endCell();
      endRow();
      if (rows.length > 0) emit({ kind: 'table', text: rows.join('\n').trimEnd() });
      rows = [];
    },
  };
}

function withoutRepeats(blocks: readonly Block[]): Block[] {
  const seen = new Set<string>();
  return blocks.filter(({ text }) => !seen.has(text) && seen.add(text));
}
