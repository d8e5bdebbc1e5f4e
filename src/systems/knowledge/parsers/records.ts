import { parse } from 'csv-parse/sync';
import { LoamError } from '../../../core/errors.ts';
import type { Metadata } from '../../../segments/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { cleanCharacters } from './clean-text.ts';
import { columnLetters } from './column-letters.ts';
import type { ParseContext } from './contract.ts';
import { unreadable } from './unreadable.ts';

/** Which columns of a CSV file are what, where each of its rows is a record by itself. */
export interface RecordStructure {
  /** The column that is the text of the record. */
  readonly contentField: string;
  /** The columns that are its metadata; absent: all but the content. */
  readonly include?: readonly string[];
  /** The columns that are not, whatever `include` says. */
  readonly exclude: readonly string[];
}

const MOST_RECORDS = 200_000;
const LONGEST_KEY = 200;

/**
 * The records of a CSV file (RFC 4180, UTF-8, with a header) as one chunk each: the text is the content column, metadata are
 * the others, all of them strings. Rows without text are left out, and so are empty fields.
 *
 * @throws LoamError `sidecar-invalid` for columns that the file does not have, `document-unreadable`
 */
export function readRecords(bytes: Uint8Array, structure: RecordStructure, context: ParseContext): ChunkDraft[] {
  if (!isCsv(context)) sidecarInvalid('its documentStructureConfiguration is for CSV files alone');
  const [header = [], ...rows] = parseRows(bytes);
  if (rows.length > MOST_RECORDS) throw unreadable('too-many-records');
  const names = header.map((name) => name.trim());
  const content = columnOf(names, structure.contentField);
  const metadata = metadataColumns(names, structure);
  const last = columnLetters(names.length - 1);
  return rows.flatMap((row, at): ChunkDraft[] => {
    const text = cleanCharacters(row[content] ?? '').trim();
    if (text === '') return [];
    // The header is row 1.
    const cells = `A${at + 2}:${last}${at + 2}`;
    return [{ text, cells, metadata: fieldsOf(row, names, metadata) }];
  });
}

function isCsv({ name, mediaType }: ParseContext): boolean {
  return /\.csv$/i.test(name) || /^text\/csv\b/i.test(mediaType ?? '');
}

function parseRows(bytes: Uint8Array): string[][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable('not-utf-8', cause);
  }
  try {
    // Rows are taken as long as they are: what a row does not have is empty. An empty line is a row, and counts as one.
    return parse(text, { relax_column_count: true });
  } catch (cause) {
    throw unreadable('damaged-csv', cause);
  }
}

function metadataColumns(names: readonly string[], { contentField, include, exclude }: RecordStructure): number[] {
  const wanted = include ?? names.filter((name) => name !== contentField && name !== '');
  const left = new Set(exclude);
  for (const name of exclude) columnOf(names, name);
  return wanted.filter((name) => !left.has(name)).map((name) => columnOf(names, name));
}

function columnOf(names: readonly string[], name: string): number {
  const at = names.indexOf(name);
  if (at < 0) sidecarInvalid(`it names the column ${name}, which the file does not have`);
  if (names.includes(name, at + 1)) sidecarInvalid(`it names the column ${name}, which the file has twice`);
  if (name.length > LONGEST_KEY) sidecarInvalid('a column that is metadata has a name of more than 200 characters');
  return at;
}

function fieldsOf(row: readonly string[], names: readonly string[], columns: readonly number[]): Metadata {
  const fields = columns.map((column) => [names[column] ?? '', cleanCharacters(row[column] ?? '').trim()] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

function sidecarInvalid(problem: string): never {
  throw new LoamError('sidecar-invalid', { problem });
}
