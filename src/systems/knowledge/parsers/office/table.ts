import { inOneLine } from '../clean-text.ts';
import type { Block } from '../contract.ts';

/** Longer cells are prose that a table only lays out on the page. */
const CELL_CHARACTERS = 2000;
/** More columns than any document lays out; a file that says more is broken. */
const MAX_SPAN = 64;

interface Cell {
  columns: number;
  readonly blocks: Block[];
}

interface Row {
  isHeader: boolean;
  readonly cells: Cell[];
}

/** A table while it is read. */
export interface Table {
  openRow(isHeader?: boolean): void;
  markHeaderRow(): void;
  openCell(columns?: number): void;
  spanCell(columns: number): void;
  closeCell(): void;
  /** A block of the open cell, or of the table's caption. */
  push(block: Block): void;
  /** One block of kind table; of a table that only lays out a page, the blocks of its cells. */
  blocks(): Block[];
}

export function createTable(): Table {
  const rows: Row[] = [];
  const outside: Block[] = [];
  let cell: Cell | undefined;
  return {
    openRow(isHeader = false) {
      cell = undefined;
      rows.push({ isHeader, cells: [] });
    },
    markHeaderRow() {
      const row = rows.at(-1);
      if (row) row.isHeader = true;
    },
    openCell(columns = 1) {
      if (rows.length === 0) rows.push({ isHeader: false, cells: [] });
      cell = { columns: boundedSpan(columns), blocks: [] };
      rows.at(-1)?.cells.push(cell);
    },
    spanCell(columns) {
      if (cell) cell.columns = boundedSpan(columns);
    },
    closeCell() {
      cell = undefined;
    },
    push(block) {
      (cell?.blocks ?? outside).push(block);
    },
    blocks: () => [...outside, ...blocksOf(rows.filter(({ cells }) => cells.some(({ blocks }) => blocks.length > 0)))],
  };
}

function boundedSpan(columns: number): number {
  return Number.isInteger(columns) ? Math.min(Math.max(columns, 1), MAX_SPAN) : 1;
}

function blocksOf(rows: readonly Row[]): Block[] {
  if (!isData(rows)) return rows.flatMap(({ cells }) => cells.flatMap(({ blocks }) => blocks));
  const text = rows.map(lineOf).join('\n');
  const named = rows.findIndex(({ isHeader }) => !isHeader);
  const headerRows = named < 0 ? rows.length : named;
  const page = rows[0]?.cells.find(({ blocks }) => blocks.length > 0)?.blocks[0]?.page;
  return [
    {
      kind: 'table',
      text,
      ...(page !== undefined && { page }),
      ...(headerRows > 0 && headerRows < rows.length && { table: { headerRows } }),
    },
  ];
}

function isData(rows: readonly Row[]): boolean {
  const cells = rows.flatMap((row) => row.cells);
  return (
    rows.some((row) => row.cells.length > 1) &&
    cells.every(({ blocks }) => blocks.every(({ kind }) => kind !== 'table')) &&
    cells.every((cell) => textOf(cell).length <= CELL_CHARACTERS)
  );
}

/** A cell over several columns is followed by empty ones, so that the columns of all rows stand one below the other. */
function lineOf({ cells }: Row): string {
  const texts = cells.flatMap((cell) => [textOf(cell), ...Array<string>(cell.columns - 1).fill('')]);
  return texts.join(' | ').trimEnd();
}

function textOf({ blocks }: Cell): string {
  return inOneLine(blocks.map(({ text }) => text).join(' '));
}
