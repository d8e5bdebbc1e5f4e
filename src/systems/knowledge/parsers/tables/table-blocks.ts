import { columnLetters } from '../column-letters.ts';
import type { Block, CellValue, TableShape } from '../contract.ts';
import { type CellKind, cellKind } from './cell-kinds.ts';
import { type GridRow, isFilled, type Region } from './grid.ts';
import { countHeaderRows } from './header-rows.ts';

const SEPARATOR = ' | ';
const UNIT = /^[-+−(]?\s?([$€£¥₹])|([$€£¥₹%])\)?$/;
const SAMPLE = 50;
const LEAST_ROWS_OF_A_LIST = 3;

/** What is said of all tables of one sheet. */
export type SheetPlace = Pick<TableShape, 'sheet' | 'hidden'>;

/**
 * A region of a sheet as blocks: lines of one cell above the table are its captions, a region of one column is a text unless
 * it is a list of numbers or dates, all else is a table.
 */
export function regionBlocks(region: Region, place: SheetPlace): Block[] {
  const captions = countCaptions(region);
  const blocks = region.rows.slice(0, captions).map((row) => paragraph([row]));
  const rows = region.rows.slice(captions);
  if (rows.length === 0) return blocks;
  if (region.right - region.left === 1 && !isList(rows, region.left)) return [...blocks, paragraph(rows)];
  return [...blocks, tableBlock({ ...region, rows }, place)];
}

/** Rows with one filled cell above rows with more: a title, a date of issue, a note. */
function countCaptions({ rows, left, right }: Region): number {
  if (right - left < 2) return 0;
  const first = rows.findIndex(({ texts }) => texts.filter(isFilled).length > 1);
  return first === -1 ? rows.length : first;
}

function paragraph(rows: readonly GridRow[]): Block {
  return { kind: 'paragraph', text: rows.map(({ texts }) => texts.filter(isFilled).join(' ')).join('\n') };
}

function isList(rows: readonly GridRow[], column: number): boolean {
  const kinds = rows.map(({ values }) => cellKind(values[column]));
  return rows.length >= LEAST_ROWS_OF_A_LIST && kinds.some((kind) => kind !== 'text' && kind !== 'empty');
}

/** @param headerRows where it is known already */
export function tableBlock(region: Region, place: SheetPlace, headerRows = countHeaderRows(region)): Block {
  const { rows, left, right } = region;
  const units = Array.from({ length: right - left }, (_, index) => unitOf(rows, left + index, headerRows));
  return {
    kind: 'table',
    text: rows
      .map((row) => lineOf(row, left, right))
      .join('\n')
      .trimEnd(),
    table: {
      headerRows,
      rowNumbers: rows.map(({ number }) => number),
      columns: Array.from({ length: right - left }, (_, index) => columnLetters(left + index)),
      ...place,
      values: rows.map(({ values }) => cellsOf(values, left, right)),
      ...(units.some((unit) => unit !== undefined) && { units }),
    },
  };
}

function lineOf({ texts }: GridRow, left: number, right: number): string {
  const cells = Array.from({ length: right - left }, (_, index) => texts[left + index] ?? '');
  return cells.join(SEPARATOR).trimEnd();
}

function cellsOf(values: GridRow['values'], left: number, right: number): readonly CellValue[] {
  if (left === 0 && values.length === right && !values.includes(undefined)) return values as readonly CellValue[];
  return Array.from({ length: right - left }, (_, index) => values[left + index] ?? null);
}

/** The mark that most numbers of a column are shown with. */
function unitOf(rows: readonly GridRow[], column: number, headerRows: number): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { texts, values } of rows.slice(headerRows, headerRows + SAMPLE)) {
    const kind: CellKind = cellKind(values[column]);
    if (kind !== 'number') continue;
    const match = UNIT.exec(texts[column] ?? '');
    const unit = match?.[1] ?? match?.[2];
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0];
}
