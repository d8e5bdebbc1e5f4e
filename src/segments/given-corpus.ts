import { type Corpus, type CorpusTerm, type Field, saturationFor } from './corpus.ts';
import { findTerm } from './dictionary.ts';
import type { CorpusStatistics } from './entry.ts';
import type { LoadedIndex } from './loaded-index.ts';

const UNKNOWN = { body: Number.POSITIVE_INFINITY, title: 0 };

/**
 * A corpus of which the index holds a part, with the statistics of the whole given. A term whose frequency was not given
 * counts as one that occurs everywhere.
 */
export function givenCorpus(index: Pick<LoadedIndex, 'segments' | 'slots'>, statistics: CorpusStatistics): Corpus {
  const { frequencies, averages, chunks } = statistics;
  const slots = Uint32Array.from({ length: index.slots }, (_, slot) => slot);
  const saturation = (field: Field): Float64Array => {
    const lengths = index.segments.flatMap((segment) => Array.from(segment[field].lengths));
    return Float64Array.from(lengths, (length) => saturationFor(length, averages[field]));
  };
  return {
    living: new Uint8Array(index.slots).fill(1),
    slots,
    chunks,
    saturation: { body: saturation('body'), title: saturation('title') },
    term(text): CorpusTerm {
      const bytes = Buffer.from(text, 'utf8');
      const ids = index.segments.map(({ dictionary }) => findTerm(dictionary, bytes));
      return { text, ids, frequency: Object.hasOwn(frequencies, text) ? (frequencies[text] ?? UNKNOWN) : UNKNOWN };
    },
  };
}
