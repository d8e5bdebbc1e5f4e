import type { Chunk } from './contract.ts';

/** How often each term stands in a field, and how many there are in all. */
export interface FieldTerms {
  readonly counts: Readonly<Record<string, number>>;
  readonly length: number;
}

/** What a store outside keeps of a chunk, so that it can be found there as the embedded index finds it. */
export interface Entry {
  readonly chunk: Omit<Chunk, 'vector'>;
  /** As the embedded index has it: rounded to int8 and scaled back, of a length close to 1. Inner products are its cosines. */
  readonly vector: Float32Array;
  readonly body: FieldTerms;
  readonly title: FieldTerms;
}

/** Statistics of what exists for a caller, wherever it is kept: what scores are made of beside the chunk itself. */
export interface CorpusStatistics {
  readonly chunks: number;
  /** Of those, how many passed the filter. */
  readonly passed: number;
  /** The average length of each field among the chunks that have it, in terms. */
  readonly averages: Readonly<Record<'body' | 'title', number>>;
  /** In how many chunks a term occurs; terms of none are named too. */
  readonly frequencies: Readonly<Record<string, Readonly<Record<'body' | 'title', number>>>>;
}
