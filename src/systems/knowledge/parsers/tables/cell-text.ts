import type { CellObject, SSF } from '@e965/xlsx';
import { cleanCharacters, inOneLine } from '../clean-text.ts';
import { columnLetters } from '../column-letters.ts';
import type { CellValue } from '../contract.ts';

const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

export interface CellText {
  /** As shown, in one line. */
  readonly text: string;
  readonly value: CellValue;
  /** The comments on it, with its place: `Note on B3: …`. */
  readonly note?: string;
}

interface CellPlace {
  readonly row: number;
  readonly column: number;
  /** Whether the workbook counts days from 1904. */
  readonly date1904: boolean;
  readonly format: typeof SSF;
}

/** What a cell of the library shows and holds. */
export function cellText(cell: CellObject, place: CellPlace): CellText {
  const text = oneLine(shown(cell));
  const note = (cell.c ?? []).map((comment) => oneLine(comment.t ?? '')).filter((line) => line !== '');
  const at = `${columnLetters(place.column)}${place.row + 1}`;
  return {
    text,
    value: text === '' ? null : cellValue(cell, text, place),
    ...(note.length > 0 && { note: `Note on ${at}: ${note.join(' ')}` }),
  };
}

function shown({ t: type, w: formatted, v: value }: CellObject): string {
  if (type === 'z') return '';
  if (type === 's') return String(value ?? '');
  if (formatted !== undefined) return formatted;
  if (value instanceof Date) return isoOf(value);
  return type === 'b' ? String(value).toUpperCase() : String(value ?? '');
}

function cellValue({ t: type, v: value, z: numberFormat }: CellObject, text: string, place: CellPlace): CellValue {
  if (type === 'e') return null;
  if (value instanceof Date) return isoOf(value);
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'number') return text;
  const isDate = numberFormat !== undefined && place.format.is_date(String(numberFormat));
  return (isDate && dateOf(value, place)) || (Number.isFinite(value) ? value : text);
}

/** Undefined for times without a day, and for what no calendar has. */
function dateOf(days: number, { format, date1904 }: CellPlace): string | undefined {
  const date = format.parse_date_code(days, { date1904 });
  if (!date || days < 1) return undefined;
  const pad = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  const day = `${String(date.y).padStart(4, '0')}-${pad(date.m)}-${pad(date.d)}`;
  return days % 1 === 0 ? day : `${day}T${pad(date.H)}:${pad(date.M)}:${pad(date.S)}`;
}

function isoOf(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  return date.toISOString().replace(/T00:00:00\.000Z$|\.\d{3}Z$/, '');
}

function oneLine(text: string): string {
  return PLAIN.test(text) ? text : inOneLine(cleanCharacters(text));
}
