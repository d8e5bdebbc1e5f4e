import type { Block, CellValue, TableShape } from '../parsers/contract.ts';
import { readColumn } from './column-cells.ts';
import {
  type DocumentTables,
  ROW_COLUMN,
  type TableColumn,
  type TableDescription,
  type TypedCell,
} from './contract.ts';
import { type FiledTable, writeTableFile } from './table-file.ts';

/** Of all tables of a document: more is searched as text alone. */
const MOST_CELLS = 6_000_000;
const MOST_TABLES = 64;
const MOST_COLUMNS = 400;
const LEAST_ROWS = 2;
/** Of different texts in a column, that questions may name. */
const MOST_VALUES = 200;
const LONGEST_VALUE = 80;
const MOST_VALUE_CHARACTERS = 20_000;
/** Sums that stand in a table among what they sum up would be counted twice. */
const TOTAL = /^(?:(?:sub|grand)[- ]?)?totals?:?$/i;
const LONGEST_CAPTION = 200;

/** The tables of a document that have columns and rows, typed; undefined where it has none. */
export function collectTables(blocks: readonly Block[], leftOut: readonly string[] = []): DocumentTables | undefined {
  const tables: FiledTable[] = [];
  let cells = 0;
  for (const [index, block] of blocks.entries()) {
    const shape = block.table;
    if (!shape?.values || tables.length >= MOST_TABLES || !isAskable(shape)) continue;
    cells += shape.values.length * (shape.columns?.length ?? 0);
    if (cells > MOST_CELLS) break;
    const table = typedTable(block, shape, { ordinal: tables.length, caption: captionOf(blocks[index - 1]), leftOut });
    if (table) tables.push(table);
  }
  if (tables.length === 0) return undefined;
  return { descriptions: tables.map(({ description }) => description), bytes: writeTableFile(tables) };
}

function isAskable({ values = [], headerRows, columns = [] }: TableShape): boolean {
  return values.length - headerRows >= LEAST_ROWS && columns.length <= MOST_COLUMNS && headerRows > 0;
}

function captionOf(above: Block | undefined): string | undefined {
  return above?.kind === 'paragraph' && above.text.length <= LONGEST_CAPTION ? above.text : undefined;
}

interface About {
  readonly ordinal: number;
  readonly caption: string | undefined;
  readonly leftOut: readonly string[];
}

function typedTable(block: Block, shape: TableShape, { ordinal, caption, leftOut }: About): FiledTable | undefined {
  const { values = [], rowNumbers = [], columns = [], headerRows } = shape;
  const lines = block.text.split('\n');
  const rows = values.map((_, index) => index).slice(headerRows);
  const body = rows.filter((row) => !isTotal(values[row] ?? []));
  const numbers = body.map((row) => rowNumbers[row] ?? row + 1);
  if (body.length < LEAST_ROWS) return undefined;
  const names = columnNames(shape);
  const typed = columns.map((letter, column) => {
    const read = readColumn(body.map((row) => values[row]?.[column] ?? null));
    return {
      cells: read.cells,
      column: describeColumn(read, { name: names[column] ?? letter, letter, shape, column }),
    };
  });
  const kept = withinValueLimit(typed.filter(({ column }) => !leftOut.includes(column.name)));
  if (kept.length === 0) return undefined;
  const description: TableDescription = {
    ordinal,
    ...(shape.sheet !== undefined && { sheet: shape.sheet }),
    ...(shape.hidden && { hidden: true as const }),
    ...(caption !== undefined && { caption }),
    columns: kept.map(({ column }) => column),
    rows: body.length,
    headerRow: rowNumbers[headerRows - 1] ?? headerRows,
    firstRow: numbers[0] ?? 0,
    lastRow: numbers.at(-1) ?? 0,
  };
  return {
    description,
    header: lines.slice(0, headerRows),
    rowNumbers: numbers,
    // Of a record whose columns are not all to be told, the line would tell them.
    lines: leftOut.length === 0 ? body.map((row) => lines[row] ?? '') : body.map(() => ''),
    cells: kept.map((column) => column.cells),
  };
}

function isTotal(values: readonly CellValue[]): boolean {
  const first = values.find((value) => value !== null && value !== '');
  return typeof first === 'string' && TOTAL.test(first);
}

/** The lines of the header from the top down, in the way of merged cells: `2025 Q1` under a group `2025`. */
function columnNames({ values = [], headerRows, columns = [] }: TableShape): string[] {
  const header = values.slice(0, headerRows).map((row, index) => (index < headerRows - 1 ? filledRight(row) : row));
  const seen = new Set<string>();
  return columns.map((letter, column) => {
    const parts = header.map((row) => String(row[column] ?? '').trim()).filter((part) => part !== '');
    const name = [...new Set(parts)].join(' ') || letter;
    // SQL takes names without case.
    const unique = seen.has(name.toLowerCase()) || name.toLowerCase() === ROW_COLUMN ? `${name} (${letter})` : name;
    seen.add(unique.toLowerCase());
    return unique;
  });
}

function filledRight(row: readonly CellValue[]): CellValue[] {
  let last: CellValue = null;
  return row.map((value) => {
    if (value !== null && value !== '') last = value;
    return last;
  });
}

function describeColumn(
  { type, cells }: ReturnType<typeof readColumn>,
  { name, letter, shape, column }: { name: string; letter: string; shape: TableShape; column: number },
): TableColumn {
  const unit = shape.units?.[column];
  const distinct = new Set(cells.filter((cell) => cell !== null));
  const values = type === 'text' && distinct.size <= MOST_VALUES ? [...distinct].map(String) : [];
  const short = values.filter((value) => value.length <= LONGEST_VALUE);
  return {
    name,
    letter,
    type,
    ...(type === 'number' && unit !== undefined && { unit }),
    ...(short.length > 0 && { values: short }),
    ...(type === 'number' && distinct.size === 2 && distinct.has(0) && distinct.has(1) && { isFlag: true as const }),
    ...(distinct.size === cells.length && { unique: true as const }),
  };
}

function withinValueLimit<Typed extends { column: TableColumn; cells: readonly TypedCell[] }>(
  typed: readonly Typed[],
): Typed[] {
  let left = MOST_VALUE_CHARACTERS;
  return typed.map((one) => {
    left -= one.column.values?.reduce((sum, value) => sum + value.length, 0) ?? 0;
    if (left >= 0 || !one.column.values) return one;
    const { values: _, ...column } = one.column;
    return { ...one, column };
  });
}
