import type { CellValue } from '../contract.ts';
import { type CellKind, cellKind, isYear } from './cell-kinds.ts';
import { isFilled, type Region } from './grid.ts';

const MOST_HEADER_ROWS = 3;
const SAMPLE = 200;
const LONGEST_NAME = 120;
const MOSTLY = 0.6;

/**
 * How many rows at the top of a table name its columns: those that are texts where the column below holds numbers, dates or
 * truth values. A table of texts alone has one where its first row is filled, and no name comes again in its column.
 */
export function countHeaderRows({ rows, left, right }: Region): number {
  if (rows.length < 2) return 0;
  const columns = Array.from({ length: right - left }, (_, index) => left + index);
  const kinds = columns.map((column) => kindBelow(rows, column));
  const typed = columns.filter((_, index) => kinds[index] !== 'text' && kinds[index] !== 'empty');
  if (typed.length === 0) return isNaming(rows, columns) ? 1 : 0;
  const most = Math.min(MOST_HEADER_ROWS, rows.length - 1);
  let count = 0;
  while (count < most && namesTyped(rows[count]?.values ?? [], typed)) count += 1;
  return count;
}

/** What most of a column's cells are, its first rows left out. */
function kindBelow(rows: Region['rows'], column: number): CellKind {
  const counts = new Map<CellKind, number>();
  const first = Math.min(MOST_HEADER_ROWS, Math.ceil(rows.length / 3));
  for (const { values } of rows.slice(first, SAMPLE)) {
    const kind = cellKind(values[column]);
    if (kind !== 'empty') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? 'empty';
}

/** A number is a name only among many (product codes), a year beside other names or years: `Region | 2019 | 2020`. */
function namesTyped(values: readonly (CellValue | undefined)[], typed: readonly number[]): boolean {
  const filled = values.filter((value) => cellKind(value) !== 'empty');
  const above = typed.map((column) => values[column]).filter((value) => cellKind(value) !== 'empty');
  const names = above.filter((value) => cellKind(value) === 'text').length;
  const years = above.filter((value) => isYear(value)).length;
  if (names + years < above.length) return names > above.length * MOSTLY && new Set(filled).size === filled.length;
  const hasText = filled.some((value) => cellKind(value) === 'text');
  return names > 0 || (years > 1 && (hasText || filled.length === years));
}

function isNaming(rows: Region['rows'], columns: readonly number[]): boolean {
  const [first, ...below] = rows;
  const names = columns.map((column) => first?.texts[column]);
  if (columns.length < 2 || !names.every((name) => isFilled(name) && name.length <= LONGEST_NAME)) return false;
  if (new Set(names).size < names.length || names.some((name) => cellKind(name) !== 'text')) return false;
  return !below.slice(0, SAMPLE).some(({ texts }) => columns.some((column, index) => texts[column] === names[index]));
}
