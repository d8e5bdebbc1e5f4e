import type { FileInformation } from './file-information.ts';
import { readOperations } from './operations.ts';

const PAGE_BYTES = 512;
const ENTRY_BYTES = 13;
const PAGE_NUMBER_BITS = 0x3fffff;
const MOST_PAGES = 200_000;
const HEADING_STYLES = 9;
const OPERATION = { inTable: 0x2416, endsRow: 0x2417, outline: 0x2640, list: 0x460b } as const;
const LARGEST_OUTLINE = 8;

/** What is known of a paragraph beside its text. */
export interface ParagraphProperties {
  /** 1 to 9, of headings. */
  readonly headingLevel?: number;
  readonly isInTable: boolean;
  /** Whether it is the mark at the end of a table's row. */
  readonly endsRow: boolean;
  readonly isListItem: boolean;
}

const NONE: ParagraphProperties = { isInTable: false, endsRow: false, isListItem: false };

/** Properties by the place of a paragraph's mark in the main stream; undefined where the file does not say, as before Word 97. */
export type FindProperties = (offset: number) => ParagraphProperties | undefined;

interface Run {
  readonly start: number;
  readonly end: number;
  readonly properties: ParagraphProperties;
}

/** The pages of paragraph properties of a Word 97 file ([MS-DOC] 2.8.6 PlcBtePapx, 2.9.177 PapxFkp). */
export function readParagraphProperties({ isWord97, main, tables, paragraphs }: FileInformation): FindProperties {
  if (!isWord97) return () => undefined;
  const view = new DataView(tables.buffer, tables.byteOffset, tables.byteLength);
  const end = Math.min(paragraphs.at + paragraphs.length, tables.length);
  const count = Math.min(Math.floor((end - paragraphs.at - 4) / 8), MOST_PAGES);
  const numbers = new Set<number>();
  for (let index = 0; index < count; index += 1) {
    numbers.add(view.getUint32(paragraphs.at + (count + 1) * 4 + index * 4, true) & PAGE_NUMBER_BITS);
  }
  const runs = [...numbers].flatMap((number) =>
    readPage(main.subarray(number * PAGE_BYTES, (number + 1) * PAGE_BYTES)),
  );
  runs.sort((one, other) => one.start - other.start);
  return (offset) => runAt(runs, offset)?.properties;
}

function readPage(page: Uint8Array): Run[] {
  if (page.length < PAGE_BYTES) return [];
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const count = Math.min(page[PAGE_BYTES - 1] ?? 0, Math.floor((PAGE_BYTES - 5) / (ENTRY_BYTES + 4)));
  return Array.from({ length: count }, (_, index) => {
    const entry = (page[(count + 1) * 4 + index * ENTRY_BYTES] ?? 0) * 2;
    return {
      start: view.getUint32(index * 4, true),
      end: view.getUint32(index * 4 + 4, true),
      properties: entry === 0 ? NONE : readProperties(page, entry),
    };
  });
}

/** A length in words that counts itself in part, a style, and operations. */
function readProperties(page: Uint8Array, entry: number): ParagraphProperties {
  const words = page[entry] ?? 0;
  const start = words === 0 ? entry + 2 : entry + 1;
  const length = words === 0 ? (page[entry + 1] ?? 0) * 2 : words * 2 - 1;
  const bytes = page.subarray(start, Math.min(start + length, PAGE_BYTES - 1));
  const style = (bytes[0] ?? 0) + (bytes[1] ?? 0) * 256;
  const operations = readOperations(bytes.subarray(2));
  const outline = operations.get(OPERATION.outline)?.[0];
  const level = style >= 1 && style <= HEADING_STYLES ? style : outlineLevel(outline);
  const list = operations.get(OPERATION.list);
  return {
    ...(level !== undefined && { headingLevel: level }),
    isInTable: operations.get(OPERATION.inTable)?.[0] === 1,
    endsRow: operations.get(OPERATION.endsRow)?.[0] === 1,
    isListItem: list !== undefined && (list[0] !== 0 || list[1] !== 0),
  };
}

/** Kept from 0; 9 is body text. */
function outlineLevel(outline: number | undefined): number | undefined {
  return outline === undefined || outline > LARGEST_OUTLINE ? undefined : outline + 1;
}

function runAt(runs: readonly Run[], offset: number): Run | undefined {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  return run && offset >= run.start && offset < run.end ? run : undefined;
}
