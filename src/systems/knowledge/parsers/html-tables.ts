import { inOneLine } from './clean-text.ts';
import type { Block } from './contract.ts';

/** Longer cells are prose: a table made for layout, not for data. */
const CELL_CHARACTERS = 600;
const TABLE_ELEMENTS: ReadonlySet<string> = new Set(['table', 'thead', 'tr', 'td', 'th', 'caption']);

export interface TableStack {
  handles(element: string): boolean;
  open(element: string): void;
  close(element: string): void;
  /** A block of the innermost cell, or of the document outside of tables. */
  add(block: Block): void;
  /** Gives out the tables that were never closed. */
  finish(): void;
}

interface Row {
  readonly cells: Block[][];
  /** It names the columns: it stands in the table's head, or has header cells alone. */
  isHeader: boolean;
}

interface Table {
  readonly rows: Row[];
  /** Blocks inside the table but outside of its cells: its caption. */
  readonly outside: Block[];
  isOpenCell: boolean;
  isInHead: boolean;
  hasHeaderCells: boolean;
  hasTable: boolean;
}

/** Tables being read, the innermost last. A data table becomes one block of rows, a layout table the blocks of its cells. */
export function createTableStack(emit: (block: Block) => void): TableStack {
  const stack: Table[] = [];
  const add = (block: Block): void => {
    const table = stack.at(-1);
    const cell = table?.isOpenCell ? table.rows.at(-1)?.cells.at(-1) : table?.outside;
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
        stack.push({
          rows: [],
          outside: [],
          isOpenCell: false,
          isInHead: false,
          hasHeaderCells: false,
          hasTable: false,
        });
      } else if (element === 'thead' && table) table.isInHead = true;
      else if (element === 'tr') table?.rows.push({ cells: [], isHeader: true });
      else if (table && (element === 'td' || element === 'th')) {
        if (table.rows.length === 0) table.rows.push({ cells: [], isHeader: true });
        openCell(table, element === 'th');
      }
    },
    close(element) {
      const table = stack.at(-1);
      if (element === 'table') closeTable();
      else if (table && element === 'thead') table.isInHead = false;
      else if (table && element !== 'caption') table.isOpenCell = false;
    },
    finish() {
      while (stack.length > 0) closeTable();
    },
  };
}

function openCell(table: Table, isHeader: boolean): void {
  const row = table.rows.at(-1);
  row?.cells.push([]);
  if (row) row.isHeader = row.isHeader && (isHeader || table.isInHead);
  table.hasHeaderCells ||= isHeader;
  table.isOpenCell = true;
}

function blocksOf(table: Table): Block[] {
  const rows = table.rows.filter(({ cells }) => cells.some((cell) => cell.length > 0));
  if (!isData(table, rows)) return rows.flatMap(({ cells }) => cells.flat());
  const text = rows
    .map(({ cells }) => cells.map(cellText).join(' | ').trimEnd())
    .join('\n')
    .trim();
  if (text === '') return [];
  const afterHeader = rows.findIndex(({ isHeader }) => !isHeader);
  const headerRows = afterHeader < 0 ? 1 : afterHeader;
  // A table that marks no header may have one all the same: its first line, as a rule.
  const marksHeader = headerRows > 1 || (headerRows === 0 && table.hasHeaderCells);
  return [{ kind: 'table', text, ...(marksHeader && { table: { headerRows } }) }];
}

function isData(table: Table, rows: readonly Row[]): boolean {
  return (
    !table.hasTable &&
    rows.some(({ cells }) => cells.length > 1) &&
    rows.every(({ cells }) => cells.every((cell) => cellText(cell).length <= CELL_CHARACTERS))
  );
}

function cellText(cell: readonly Block[]): string {
  return inOneLine(cell.map((block) => block.text).join(' '));
}
