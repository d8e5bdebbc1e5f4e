import { read, SSF, set_cptable, type WorkBook, type WorkSheet } from '@e965/xlsx';
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs';
import { cleanCharacters, inOneLine } from '../clean-text.ts';
import type { Block, ParsedDocument } from '../contract.ts';
import { unreadable } from '../unreadable.ts';
import { type CellText, cellText } from './cell-text.ts';
import type { GridRow } from './grid.ts';
import { joinContinued } from './join-continued.ts';
import { findRegions } from './regions.ts';
import { regionBlocks } from './table-blocks.ts';

/** Rows and columns that no spreadsheet program has are the work of fuzzers. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;

/**
 * A workbook of any format that the library knows (BIFF 2 to 12, OOXML, OpenDocument): each sheet is a heading and the
 * tables, texts and notes on it.
 *
 * @throws LoamError `document-unreadable`
 */
export function readWorkbook(bytes: Uint8Array): ParsedDocument {
  const book = openWorkbook(bytes);
  const date1904 = book.Workbook?.WBProps?.date1904 === true;
  const sheets = book.SheetNames.flatMap((name: string | undefined, index): Block[] => {
    const sheet = book.Sheets[name ?? ''];
    const isHidden = (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) > 0;
    return sheetBlocks(sheet ?? {}, { name: inOneLine(cleanCharacters(name ?? '')), isHidden, date1904 });
  });
  const blocks = sheets.some(({ kind }) => kind !== 'heading') ? sheets : [];
  const title = inOneLine(cleanCharacters(String(book.Props?.Title ?? '')));
  return title === '' ? { blocks } : { title, blocks };
}

function openWorkbook(bytes: Uint8Array): WorkBook {
  // Needed by each call alone; the library has no other place for it.
  set_cptable(codepages);
  try {
    return read(bytes, { type: 'array', dense: true, cellNF: true, cellHTML: false, cellFormula: false });
  } catch (error) {
    const isLocked = error instanceof Error && /password/i.test(error.message);
    throw unreadable(isLocked ? 'encrypted' : 'damaged', error);
  }
}

interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly date1904: boolean;
}

function sheetBlocks(sheet: WorkSheet, { name, isHidden, date1904 }: Sheet): Block[] {
  const { rows, notes } = readCells(sheet, date1904);
  const place = { sheet: name, ...(isHidden && { hidden: true as const }) };
  const body = joinContinued(findRegions(rows)).flatMap((region) => regionBlocks(region, place));
  const comments = notes.map((text): Block => ({ kind: 'paragraph', text }));
  const text = isHidden ? `${name} (hidden)` : name;
  const heading: Block[] = text === '' ? [] : [{ kind: 'heading', level: 1, text }];
  return [...heading, ...body, ...comments];
}

function readCells(sheet: WorkSheet, date1904: boolean): { rows: GridRow[]; notes: string[] } {
  const data = sheet['!data'] ?? [];
  const covered = coveredCells(sheet);
  const rows: GridRow[] = [];
  const notes: string[] = [];
  // Sheets are sparse: forEach leaves out what is not there.
  data.slice(0, MOST_ROWS).forEach((cells, row) => {
    const found: CellText[] = [];
    cells?.slice(0, MOST_COLUMNS).forEach((cell, column) => {
      if (!cell || covered(row, column)) return;
      const { note, ...read } = cellText(cell, { row, column, date1904, format: SSF });
      if (note !== undefined) notes.push(note);
      if (read.text !== '') found[column] = read;
    });
    if (found.length === 0) return;
    const line = Array.from(found);
    rows.push({ number: row + 1, texts: line.map((cell) => cell?.text), values: line.map((cell) => cell?.value) });
  });
  return { rows, notes };
}

/** Of merged cells only the first is shown, whatever the others hold. */
function coveredCells(sheet: WorkSheet): (row: number, column: number) => boolean {
  const data = sheet['!data'] ?? [];
  const covered = new Set<number>();
  for (const { s: start, e: end } of sheet['!merges'] ?? []) {
    for (let row = start.r; row <= Math.min(end.r, data.length - 1); row += 1) {
      const width = data[row]?.length ?? 0;
      for (let column = start.c; column <= Math.min(end.c, width - 1); column += 1) {
        if (row !== start.r || column !== start.c) covered.add(row * MOST_COLUMNS + column);
      }
    }
  }
  return (row, column) => covered.size > 0 && covered.has(row * MOST_COLUMNS + column);
}
