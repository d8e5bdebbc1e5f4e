import { findTerm } from './dictionary.ts';
import type { LoadedIndex } from './loaded-index.ts';
import { visitPostings } from './postings.ts';

/** BM25's constants, as Anserini sets them for passages. */
const K1 = 0.9;
const B = 0.4;
const TERMS_KEPT = 20_000;

export type Field = 'body' | 'title';

/** A term over all segments. */
export interface CorpusTerm {
  readonly text: string;
  /** For each segment the term's id there, if it occurs. */
  readonly ids: readonly (number | undefined)[];
  /** In how many chunks of the corpus it occurs. */
  readonly frequency: Readonly<Record<Field, number>>;
}

/**
 * The chunks that exist for a caller, with their statistics over all segments: what makes a score the same however chunks
 * are spread.
 */
export interface Corpus {
  /** 1 for each slot that exists. */
  readonly living: Uint8Array;
  /** The slots that exist. */
  readonly slots: Uint32Array;
  readonly chunks: number;
  /** For each slot, BM25's k1 (1 - b + b length / average length). */
  readonly saturation: Readonly<Record<Field, Float64Array>>;
  term(text: string): CorpusTerm;
}

export function createCorpus(index: LoadedIndex, living: Uint8Array): Corpus {
  const slots = slotsOf(living);
  const chunks = slots.length;
  const everything = chunks === index.slots;
  const terms = new Map<string, CorpusTerm>();
  return {
    living,
    slots,
    chunks,
    saturation: { body: saturationOf(index, living, 'body'), title: saturationOf(index, living, 'title') },
    term(text) {
      const known = terms.get(text);
      if (known !== undefined) return known;
      const term = findInCorpus(index, text, everything ? undefined : living);
      if (terms.size >= TERMS_KEPT) terms.clear();
      terms.set(text, term);
      return term;
    },
  };
}

/** The slots whose mask is 1, ascending. */
export function slotsOf(mask: Uint8Array): Uint32Array {
  const slots = new Uint32Array(mask.length);
  let count = 0;
  for (let slot = 0; slot < mask.length; slot++) {
    if (mask[slot] === 1) slots[count++] = slot;
  }
  return slots.slice(0, count);
}

/** BM25's weight of a term that occurs in `frequency` of the corpus's chunks. */
export function inverseFrequency(corpus: Pick<Corpus, 'chunks'>, frequency: number): number {
  return Math.log(1 + (corpus.chunks - frequency + 0.5) / (frequency + 0.5));
}

/** Chunks without the field (a title) do not lower its average length. */
function saturationOf(index: LoadedIndex, living: Uint8Array, field: Field): Float64Array {
  const saturation = new Float64Array(index.slots);
  let sum = 0;
  let having = 0;
  for (const segment of index.segments) {
    segment[field].lengths.forEach((length, chunk) => {
      saturation[segment.base + chunk] = length;
      if (living[segment.base + chunk] === 0 || length === 0) return;
      sum += length;
      having++;
    });
  }
  const average = having === 0 ? 1 : sum / having;
  for (let i = 0; i < saturation.length; i++) {
    saturation[i] = saturationFor(saturation[i] as number, average);
  }
  return saturation;
}

/** BM25's k1 (1 - b + b length / average length). */
export function saturationFor(length: number, average: number): number {
  return K1 * (1 - B + (B * length) / average);
}

/** `living` is absent when every slot lives: the stored frequencies hold then. */
function findInCorpus(index: LoadedIndex, text: string, living: Uint8Array | undefined): CorpusTerm {
  const bytes = Buffer.from(text, 'utf8');
  const ids = index.segments.map((segment) => findTerm(segment.dictionary, bytes));
  const count = (field: Field) => {
    let frequency = 0;
    index.segments.forEach((segment, i) => {
      const id = ids[i];
      if (id === undefined) return;
      if (living === undefined) frequency += segment[field].frequencies[id] as number;
      else visitPostings(segment[field], id, (chunk) => (frequency += living[segment.base + chunk] as number));
    });
    return frequency;
  };
  return { text, ids, frequency: { body: count('body'), title: count('title') } };
}
