import { CsvError, parse } from 'csv-parse/sync';
import { cleanCharacters, inOneLine } from './clean-text.ts';
import type { Parser } from './contract.ts';
import { charsetOf, decodeText, looksLikeText } from './decode-text.ts';
import { type CsvDialect, csvDialect } from './tables/csv-dialect.ts';
import { type GridRow, isFilled } from './tables/grid.ts';
import { countHeaderRows } from './tables/header-rows.ts';
import { tableBlock } from './tables/table-blocks.ts';
import { unreadable } from './unreadable.ts';

const SAMPLE_BYTES = 16_384;
const LEAST_SURE = 0.02;
const SURE_ENOUGH = 0.3;
/** The rows that the number of header rows is judged by. */
const SAMPLE_ROWS = 200;
const BYTE_ORDER_MARK = /^\ufeff/;
const HAS_TO_BE_CLEANED = /[^\x20-\x7e]|^ | $| {2}/;

/** Delimited text (RFC 4180 and what is found in the wild): comma, semicolon, tab or bar; rows stay as long as they are. */
export const csv: Parser = {
  name: 'csv',
  extensions: ['.csv', '.tsv', '.tab'],
  mediaTypes: ['text/csv', 'text/tab-separated-values'],
  sniff(bytes) {
    if (!looksLikeText(bytes)) return 0;
    const start = decodeText(bytes.subarray(0, SAMPLE_BYTES));
    const sample = bytes.length > SAMPLE_BYTES ? start.slice(0, start.lastIndexOf('\n') + 1) : start;
    const lines = sample.split('\n').filter((line) => line.trim() !== '').length;
    return lines > 2 && csvDialect(sample).sureness === 1 ? SURE_ENOUGH : LEAST_SURE;
  },
  async parse(bytes, context) {
    if (!looksLikeText(bytes)) throw unreadable('not-text');
    const rows = readRows(decodeText(bytes, charsetOf(context.mediaType)).replace(BYTE_ORDER_MARK, ''));
    if (rows.length === 0) return { blocks: [] };
    const right = rows.reduce((most, { texts }) => Math.max(most, texts.length), 0);
    const headerRows = Math.min(1, countHeaderRows({ rows: rows.slice(0, SAMPLE_ROWS), left: 0, right }));
    return { blocks: [tableBlock({ rows, left: 0, right }, {}, headerRows)] };
  },
};

function readRows(text: string): GridRow[] {
  const dialect = csvDialect(text);
  const body = text.slice(dialect.start);
  const records = recordsOf(body, dialect, true) ?? recordsOf(body, dialect, false) ?? [];
  const rows: GridRow[] = [];
  for (const [index, record] of records.entries()) {
    for (let at = 0; at < record.length; at += 1) record[at] = cleanCell(record[at] ?? '');
    if (record.some(isFilled)) rows.push({ number: index + 1, texts: record, values: record });
  }
  return rows;
}

/** Undefined where a quote that opens a field is never closed: then quotes are characters like others. */
function recordsOf(text: string, { delimiter }: CsvDialect, withQuotes: boolean): string[][] | undefined {
  try {
    return parse(text, {
      delimiter,
      quote: withQuotes ? '"' : null,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: false,
    });
  } catch (error) {
    if (error instanceof CsvError && withQuotes) return undefined;
    throw unreadable('damaged', error);
  }
}

function cleanCell(text: string): string {
  return HAS_TO_BE_CLEANED.test(text) ? inOneLine(cleanCharacters(text)) : text;
}
