import type { TableShape } from '../parsers/contract.ts';

const PLAIN_SHEET = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const LOOKS_LIKE_CELL = /^(?:[A-Z]{1,3}\d+|R\d*C\d*)$/i;

/**
 * The cells of some lines of a spreadsheet's or CSV file's table; undefined where nothing is known of cells.
 *
 * @param lines the first and the last, from 0, of the table's text
 * @example cellRange({ headerRows: 1, rowNumbers: [1, 2, 3], columns: ['A', 'B'], sheet: "Sites" }, [1, 2]) // "Sites!A2:B3"
 */
export function cellRange(
  { rowNumbers, columns, sheet }: TableShape,
  [first, last]: readonly [number, number],
): string | undefined {
  const [top, bottom] = [rowNumbers?.[first], rowNumbers?.[last]];
  const [left, right] = [columns?.[0], columns?.at(-1)];
  if (top === undefined || bottom === undefined || left === undefined || right === undefined) return undefined;
  const [from, to] = [`${left}${top}`, `${right}${bottom}`];
  const range = from === to ? from : `${from}:${to}`;
  return sheet === undefined ? range : `${sheetName(sheet)}!${range}`;
}

/** As spreadsheets write it in formulas: in quotes where it could be taken for something else. */
function sheetName(sheet: string): string {
  const isPlain = PLAIN_SHEET.test(sheet) && !LOOKS_LIKE_CELL.test(sheet);
  return isPlain ? sheet : `'${sheet.replaceAll("'", "''")}'`;
}
