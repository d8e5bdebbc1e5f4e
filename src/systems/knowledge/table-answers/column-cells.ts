import type { CellValue } from '../parsers/contract.ts';
import { cellKind } from '../parsers/tables/cell-kinds.ts';
import type { ColumnType, TypedCell } from './contract.ts';
import { dateReader } from './dates.ts';
import { numberReader } from './numbers.ts';

const MISSING = /^(?:n\/?a|nan|null|none|-+|–|—|\?|\.)?$/i;
/** So much of a column may be something else: a note where a number was expected. */
const LEAST_SHARE = 0.95;
const WITH_LEADING_ZERO = /^0\d/;
const TRUE = /^(?:true|yes)$/i;

export interface ColumnCells {
  readonly type: ColumnType;
  readonly cells: readonly TypedCell[];
}

/** Finds out what a column holds, and reads all of its cells so. What is marked as missing (`NA`, `-`) is nothing. */
export function readColumn(values: readonly CellValue[]): ColumnCells {
  const present = values.map((value) => (typeof value === 'string' && MISSING.test(value) ? null : value));
  const filled = present.filter((value) => value !== null);
  const kinds = { number: 0, date: 0, boolean: 0 };
  for (const value of filled) {
    const kind = cellKind(value);
    if (kind !== 'text' && kind !== 'empty') kinds[kind] += 1;
  }
  const least = Math.max(1, filled.length * LEAST_SHARE);
  const isCode = filled.some((value) => typeof value === 'string' && WITH_LEADING_ZERO.test(value));
  if (kinds.number >= least && !isCode) return { type: 'number', cells: present.map(numberReader(filled)) };
  if (kinds.date >= least) return dates(present, filled);
  if (kinds.boolean >= least) return { type: 'boolean', cells: present.map(booleanOf) };
  return { type: 'text', cells: present.map((value) => (value === null ? null : String(value))) };
}

function dates(present: readonly CellValue[], filled: readonly CellValue[]): ColumnCells {
  const cells = present.map(dateReader(filled));
  const hasTimes = cells.some((cell) => cell !== null && cell.length > 'yyyy-mm-dd'.length);
  const type = hasTimes ? 'moment' : 'date';
  return { type, cells: hasTimes ? cells.map((cell) => (cell?.length === 10 ? `${cell}T00:00:00` : cell)) : cells };
}

function booleanOf(value: CellValue): boolean | null {
  if (typeof value === 'boolean' || value === null) return value;
  return cellKind(value) === 'boolean' ? TRUE.test(String(value)) : null;
}
