/**
 * What a document parser is: bytes of one format in, a sequence of blocks in reading order out. Parsers run in worker
 * threads only (`read-document.task.ts`), because their input is hostile until proven otherwise.
 */
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table' | 'code';

/** Where the rows and columns of a table stand, so that a part of it can be cited and asked by SQL. */
export interface TableShape {
  /** Lines at the top that name the columns: repeated in every chunk that the table is split into. */
  readonly headerRows: number;
  /** Of a spreadsheet or CSV: each line's row number in the file, from 1, as many as the text has lines. */
  readonly rowNumbers?: readonly number[];
  /** Of a spreadsheet or CSV: the letters of its columns, from the first to the last: `['A', 'B', 'C']`. */
  readonly columns?: readonly string[];
  readonly sheet?: string;
  /** Whether the sheet is hidden from whoever opens the file; its rows are marked and searched all the same. */
  readonly hidden?: true;
}

/** One piece of a document. Its text is never empty, has no control characters but `\n` and `\t`, and no space at its end. */
export interface Block {
  readonly kind: BlockKind;
  /** A table's rows are lines, its cells separated by ` | ` and without line ends; a list item keeps its marker. */
  readonly text: string;
  /** Only of tables; absent: the first line is the header, and nothing is known of cells. */
  readonly table?: TableShape;
  /** The page the block begins on, from 1; absent where the format has none. */
  readonly page?: number;
  /** Of headings: 1 (the highest) to 6. */
  readonly level?: number;
}

export interface ParsedDocument {
  readonly title?: string;
  /** How many pages the document has, those without text included; absent where the format has none. */
  readonly pages?: number;
  readonly blocks: readonly Block[];
}

export interface ParseContext {
  /** The file's name or key, for its extension only. */
  readonly name: string;
  /** As the store gave it, parameters included: `text/html; charset=shift_jis`. */
  readonly mediaType?: string;
}

export interface Parser {
  /** `pdf`, `html`, …: one word, told in statistics and logs. */
  readonly name: string;
  /** With their dot, lower case. */
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
  /** How sure the bytes alone are of this format: 0 no, 1 beyond doubt (a magic number), between them a guess. */
  sniff(bytes: Uint8Array): number;
  /** @throws LoamError `document-unreadable` with a reason that a person understands and that holds no document text. */
  parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument>;
}
