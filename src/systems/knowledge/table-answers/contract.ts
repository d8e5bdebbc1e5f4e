/** What a column holds: `moment` is a day with a time. */
export type ColumnType = 'number' | 'date' | 'moment' | 'boolean' | 'text';

/** A cell as it is asked: days and moments as ISO texts, null: nothing, or nothing of the column's type. */
export type TypedCell = number | string | boolean | null;

export interface TableColumn {
  /** From the header; of a column without a name its letter. Unique in the table. */
  readonly name: string;
  readonly letter: string;
  readonly type: ColumnType;
  /** What its numbers are marked with: `%` (held as fractions), `$`, `€`. */
  readonly unit?: string;
  /** The different texts in it, where they are few. */
  readonly values?: readonly string[];
  /** Of numbers: whether they are 0 and 1 alone, for no and yes. */
  readonly isFlag?: true;
  /** Whether no two rows hold the same. */
  readonly unique?: true;
}

/** A table of a document, as it is described to whoever asks. */
export interface TableDescription {
  /** Among the tables of the document, from 0. */
  readonly ordinal: number;
  /** Of a spreadsheet. */
  readonly sheet?: string;
  readonly hidden?: true;
  /** The lines above it: `Budget 2026`. */
  readonly caption?: string;
  readonly columns: readonly TableColumn[];
  /** Without header and totals. */
  readonly rows: number;
  /** The row number of the header's last line; absent: it has none. */
  readonly headerRow?: number;
  /** Row numbers in the file. */
  readonly firstRow: number;
  readonly lastRow: number;
}

/** All tables of one document: descriptions, and the bytes that `openTableFile` reads. */
export interface DocumentTables {
  readonly descriptions: readonly TableDescription[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The column of every table in SQL that holds the row numbers of the file. */
export const ROW_COLUMN = '__row';
