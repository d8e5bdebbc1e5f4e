/**
 * What a document parser is: bytes of one format in, a sequence of blocks in reading order out. Parsers run in worker
 * threads only (`read-document.task.ts`), because their input is hostile until proven otherwise.
 */
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'table' | 'code';

/** One piece of a document. Its text is never empty, has no control characters but `\n` and `\t`, and no space at its end. */
export interface Block {
  readonly kind: BlockKind;
  /** A table's rows are lines, its cells separated by ` | `; a list item keeps its marker. */
  readonly text: string;
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
