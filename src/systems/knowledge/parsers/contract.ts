import type { RecognizedPage } from './pdf/page-content.ts';

export type { RecognizedPage } from './pdf/page-content.ts';

/**
 * What a document parser is: bytes of one format in, a sequence of blocks in reading order out. Parsers run in worker
 * threads only (`read-document.task.ts`), because their input is hostile until proven otherwise.
 */
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table' | 'code';

/** What a cell holds: a text as it is shown, a day or a moment as `2026-03-09` or `2026-03-09T14:30:00`, null: nothing. */
export type CellValue = number | boolean | string | null;

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
  /** Of a spreadsheet or CSV: what the cells of each line hold, for questions that are answered by counting. */
  readonly values?: readonly (readonly CellValue[])[];
  /** Of each column what its numbers are marked with: `%`, `$`, `€`. A share is held as a fraction: 0.45 for `45 %`. */
  readonly units?: readonly (string | undefined)[];
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
  /** The pages that are images, where the context says that such can be read. Their text is not in the blocks yet. */
  readonly scans?: readonly number[];
}

export interface ParseContext {
  /** The file's name or key, for its extension only. */
  readonly name: string;
  /** As the store gave it, parameters included: `text/html; charset=shift_jis`. */
  readonly mediaType?: string;
  /** Present where text on images can be recognised: the pages that were, none at first. */
  readonly recognized?: readonly RecognizedPage[];
  /**
   * Reads a document that this one holds, such as an attachment; absent inside of one, so that nothing is read more than one
   * level deep.
   */
  readInner?(bytes: Uint8Array, context: Pick<ParseContext, 'name' | 'mediaType'>): Promise<ParsedDocument>;
}

export interface Parser {
  /** `pdf`, `html`, …: one word, told in statistics and logs. */
  readonly name: string;
  /** No text editor shows its files: one that is plain text is something else, whatever its name says. */
  readonly isBinary?: true;
  /** With their dot, lower case. */
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
  /** How sure the bytes alone are of this format: 0 no, 1 beyond doubt (a magic number), between them a guess. */
  sniff(bytes: Uint8Array): number;
  /** @throws LoamError `document-unreadable` with a reason that a person understands and that holds no document text. */
  parse(bytes: Uint8Array, context: ParseContext): Promise<ParsedDocument>;
}
