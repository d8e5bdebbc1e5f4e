import type { z } from 'zod';
import type { Metadata } from '../../../segments/index.ts';
import type { ParsedDocument } from '../parsers/contract.ts';

/** A chunk before it is embedded and given an id: its place in the list is its ordinal in the document. */
export interface ChunkDraft {
  /** What is embedded, searched, cited and shown. */
  readonly text: string;
  /** The page it begins on, from 1; absent where the format has no pages or the strategy loses them (NONE). */
  readonly page?: number;
  /**
   * The headings of the chunk's section, outermost first, joined by ` > `: context for the embedder and for readers. The
   * last of them also opens the text of the section's first chunk.
   */
  readonly heading?: string;
  /** What takes the chunk's place in results (HIERARCHICAL); chunks of one parent carry the same ordinal, from 0. */
  readonly parent?: { readonly ordinal: number; readonly text: string; readonly cells?: string };
  /** Of a part of a spreadsheet or CSV, as people write it: `Budget!A5:D24`. */
  readonly cells?: string;
  /** Of this chunk alone, beside its document's: the fields of a record, what a transformation has added. */
  readonly metadata?: Metadata;
}

/** How many tokens a text has. The default estimates word pieces (`core/tokens.ts`). */
export type CountTokens = (text: string) => number;

/** What a chunker may use. */
export interface ChunkTools {
  readonly countTokens: CountTokens;
  /** How far the sentences of `compared` are apart, pair by pair; given to a strategy that has it. */
  readonly distances?: ArrayLike<number>;
}

/** The sentences whose embeddings a strategy compares. */
export interface Compared {
  /** Section by section: nothing is compared across their borders. None is empty. */
  readonly sentences: readonly (readonly string[])[];
  /** How many sentences before and after it are embedded together with each. */
  readonly bufferSize: number;
}

/** One chunking strategy. */
export interface Chunker<Options = unknown> {
  /** The wire's `chunkingStrategy`, or `DEFAULT` where a data source has no chunking configuration. */
  readonly name: string;
  /** The member of the wire's `ChunkingConfiguration` that holds its options; absent where it has none. */
  readonly optionsMember?: string;
  readonly optionsSchema: z.ZodType<Options>;
  /** Only of a strategy that compares embeddings: what is to be embedded before `chunk` is called with the distances. */
  compared?(document: ParsedDocument, options: Options, tools: ChunkTools): Compared;
  /** Every word of every block is in at least one chunk, in order; but for NONE, no chunk spans two pages or sections. */
  chunk(document: ParsedDocument, options: Options, tools: ChunkTools): Promise<readonly ChunkDraft[]>;
}
