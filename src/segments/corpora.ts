import { type Corpus, createCorpus, slotsOf } from './corpus.ts';
import { evaluateFilter, type MetadataFilter } from './filter.ts';
import type { LoadedIndex } from './loaded-index.ts';

/** What of a corpus passes a filter: `mask` is 1 for the slots that do, `slots` lists them. */
export interface Passing {
  readonly mask: Uint8Array;
  readonly slots: Uint32Array;
}

/** What of an index exists for whom, and what of that passes which filter; the last answers are kept. */
export interface Corpora {
  /** What exists for a caller; everything that lives without `visible`. */
  of(visible: MetadataFilter | undefined): Corpus;
  passing(corpus: Corpus, filter: MetadataFilter | undefined): Passing;
}

/** What answers that are kept may take of memory. */
const KEPT_BYTES = 32 * 2 ** 20;
const MOST_KEPT = 64;
const CORPUS_BYTES = 21;
const PASSING_BYTES = 5;

export function createCorpora(index: LoadedIndex): Corpora {
  const everything = createCorpus(index, index.living);
  const corpora = keepLast<Corpus>(index.slots * CORPUS_BYTES);
  const passing = keepLast<Passing>(index.slots * PASSING_BYTES);
  const names = new WeakMap<Corpus, string>([[everything, '']]);
  return {
    of(visible) {
      if (visible === undefined) return everything;
      const name = JSON.stringify(visible);
      return corpora.get(name, () => {
        const corpus = createCorpus(index, intersect(index, everything.living, visible));
        names.set(corpus, name);
        return corpus;
      });
    },
    passing(corpus, filter) {
      if (filter === undefined) return { mask: corpus.living, slots: corpus.slots };
      return passing.get(`${names.get(corpus)} ${JSON.stringify(filter)}`, () => {
        const mask = intersect(index, corpus.living, filter);
        return { mask, slots: slotsOf(mask) };
      });
    },
  };
}

function intersect(index: LoadedIndex, mask: Uint8Array, filter: MetadataFilter): Uint8Array {
  const holds = evaluateFilter(filter, index.segments, index.slots);
  for (let i = 0; i < holds.length; i++) holds[i] = (holds[i] as number) & (mask[i] as number);
  return holds;
}

/** Keeps the values that were asked for last, each of so many bytes. */
function keepLast<Value>(bytes: number): { get(name: string, make: () => Value): Value } {
  const most = Math.max(1, Math.min(MOST_KEPT, Math.floor(KEPT_BYTES / Math.max(1, bytes))));
  const kept = new Map<string, Value>();
  return {
    get(name, make) {
      const value = kept.get(name) ?? make();
      kept.delete(name);
      kept.set(name, value);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
      return value;
    },
  };
}
