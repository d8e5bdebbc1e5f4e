import { ByteReader } from './byte-writer.ts';
import type { CorpusTerm } from './corpus.ts';
import { type LoadedIndex, segmentOf } from './loaded-index.ts';
import { sequenceBytes } from './sequences.ts';

/** Where in a chunk some terms stand: `terms[i]`, a number in the list looked for, at `positions[i]`, ascending. */
export interface Occurrences {
  readonly terms: readonly number[];
  readonly positions: readonly number[];
  /** For each term looked for, how often it stands there. */
  readonly counts: Uint32Array;
}

/** Reads where terms stand in one slot after the other. What it gives lasts until the next slot. */
export function createOccurrenceReader(
  index: LoadedIndex,
  terms: readonly CorpusTerm[],
): (slot: number) => Occurrences {
  const wanted = index.segments.map((_, i) => termNumbers(index, terms, i));
  const found = { terms: [] as number[], positions: [] as number[], counts: new Uint32Array(terms.length) };
  return (slot) => {
    const { sequences, base, number: segment } = segmentOf(index, slot);
    const bytes = sequenceBytes(sequences, slot - base);
    const numbers = wanted[segment] as Uint16Array;
    const reader = new ByteReader(bytes);
    const end = bytes.length;
    found.terms.length = 0;
    found.positions.length = 0;
    found.counts.fill(0);
    for (let position = 0; reader.position < end; position++) {
      const number = numbers[reader.varint()] as number;
      if (number === 0) continue;
      found.terms.push(number - 1);
      found.positions.push(position);
      found.counts[number - 1] = (found.counts[number - 1] as number) + 1;
    }
    return found;
  };
}

/** For each term id of a segment, the term's number plus one, or 0. */
function termNumbers(index: LoadedIndex, terms: readonly CorpusTerm[], segment: number): Uint16Array {
  const numbers = new Uint16Array(index.segments[segment]?.dictionary.terms.length ?? 0);
  terms.forEach(({ ids }, number) => {
    const id = ids[segment];
    if (id !== undefined) numbers[id] = number + 1;
  });
  return numbers;
}
