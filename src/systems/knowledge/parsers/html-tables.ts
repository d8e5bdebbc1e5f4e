import { inOneLine } from './clean-text.ts';
import type { Block } from './contract.ts';

/** Longer cells are prose: a table made for layout, not for data. */
const CELL_CHARACTERS = 600;
const TABLE_ELEMENTS: ReadonlySet<string> = new Set(['table', 'tr', 'td', 'th', 'caption']);

export interface TableStack {
  handles(element: string): boolean;
  open(element: string): void;
  close(element: string): void;
  /** A block of the innermost cell, or of the document outside of tables. */
  add(block: Block): void;
  /** Gives out the tables that were never closed. */
  finish(): void;
}

interface Table {
  readonly rows: Block[][][];
  /** Blocks inside the table but outside of its cells: its caption. */
  readonly outside: Block[];
  isOpenCell: boolean;
  hasTable: boolean;
}

/** Tables being read, the innermost last. A data table becomes one block of rows, a layout table the blocks of its cells. */
export function createTableStack(emit: (block: Block) => void): TableStack {
  const stack: Table[] = [];
  const add = (block: Block): void => {
    const table = stack.at(-1);
    const cell = table?.isOpenCell ? table.rows.at(-1)?.at(-1) : table?.outside;
    if (cell) cell.push(block);
    else emit(block);
  };
  const closeTable = (): void => {
    const table = stack.pop();
    if (!table) return;
    for (const block of [...table.outside, ...blocksOf(table)]) add(block);
  };
  return {
    add,
    handles: (element) => TABLE_ELEMENTS.has(element),
    open(element) {
      const table = stack.at(-1);
      if (element === 'table') {
        if (table) table.hasTable = true;
        stack.push({ rows: [], outside: [], isOpenCell: false, hasTable: false });
      } else if (element === 'tr') table?.rows.push([]);
      else if (table && element !== 'caption') {
        if (table.rows.length === 0) table.rows.push([]);
        table.rows.at(-1)?.push([]);
        table.isOpenCell = true;
      }
    },
    close(element) {
      const table = stack.at(-1);
      if (element === 'table') closeTable();
      else if (table && element !== 'caption') table.isOpenCell = false;
    },
    finish() {
      while (stack.length > 0) closeTable();
    },
  };
}

function blocksOf(table: Table): Block[] {
  const rows = table.rows.filter((row) => row.some((cell) => cell.length > 0));
  if (!isData(table, rows)) return rows.flat(2);
  const text = rows
    .map((row) => row.map(cellText).join(' | ').trimEnd())
    .join('\n')
    .trim();
  return text === '' ? [] : [{ kind: 'table', text }];
}

function isData(table: Table, rows: readonly Block[][][]): boolean {
  return (
    !table.hasTable &&
    rows.some((row) => row.length > 1) &&
    rows.flat().every((cell) => cellText(cell).length <= CELL_CHARACTERS)
  );
}

function cellText(cell: readonly Block[]): string {
  return inOneLine(cell.map((block) => block.text).join(' '));
}
