import { ByteReader } from './byte-writer.ts';
import type { CorpusTerm } from './corpus.ts';
import { type LoadedIndex, segmentOf } from './loaded-index.ts';

/** Where in a chunk some terms stand: `terms[i]`, a number in the list looked for, at `positions[i]`, ascending. */
export interface Occurrences {
  readonly terms: readonly number[];
  readonly positions: readonly number[];
}

/** Reads where terms stand in one slot after the other. */
export function createOccurrenceReader(
  index: LoadedIndex,
  terms: readonly CorpusTerm[],
): (slot: number) => Occurrences {
  /** For each segment and term id there, the term's number plus one, or 0. */
  const wanted = index.segments.map((segment, i) => {
    const numbers = new Uint16Array(segment.dictionary.terms.length);
    terms.forEach(({ ids }, number) => {
      const id = ids[i];
      if (id !== undefined) numbers[id] = number + 1;
    });
    return { segment, numbers };
  });
  return (slot) => {
    const segment = segmentOf(index, slot);
    const numbers = wanted.find((entry) => entry.segment === segment)?.numbers ?? new Uint16Array(0);
    const { bytes, starts } = segment.sequences;
    const reader = new ByteReader(bytes, starts[slot - segment.base]);
    const end = starts[slot - segment.base + 1] as number;
    const found: { terms: number[]; positions: number[] } = { terms: [], positions: [] };
    for (let position = 0; reader.position < end; position++) {
      const number = numbers[reader.varint()] as number;
      if (number === 0) continue;
      found.terms.push(number - 1);
      found.positions.push(position);
    }
    return found;
  };
}
