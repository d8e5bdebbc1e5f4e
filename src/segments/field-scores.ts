import { ByteReader } from './byte-writer.ts';
import { type Corpus, type Field, inverseFrequency } from './corpus.ts';
import type { LoadedIndex } from './loaded-index.ts';
import type { Postings } from './postings.ts';
import type { QueryTerm } from './read-query.ts';

/**
 * Writes to `scores` BM25 of a field for every slot that passes: the sum over the terms of count x weight x tf / (tf + saturation). S. Robertson
 * and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the constant factor k1 + 1 is left out.
 */
export function scoreField(
  index: LoadedIndex,
  corpus: Corpus,
  field: Field,
  terms: readonly QueryTerm[],
  { passing, scores }: { passing: Uint8Array; scores: Float64Array },
): void {
  scores.fill(0);
  for (const term of terms) {
    const frequency = term.frequency[field];
    if (frequency === 0) continue;
    const weight = term.count * inverseFrequency(corpus, frequency);
    index.segments.forEach((segment, i) => {
      const id = term.ids[i];
      if (id === undefined) return;
      addTerm(segment[field], id, {
        weight,
        base: segment.base,
        passing,
        saturation: corpus.saturation[field],
        scores,
      });
    });
  }
}

interface TermScoring {
  readonly weight: number;
  readonly base: number;
  readonly passing: Uint8Array;
  readonly saturation: Float64Array;
  readonly scores: Float64Array;
}

function addTerm(postings: Postings, term: number, { weight, base, passing, saturation, scores }: TermScoring): void {
  const reader = new ByteReader(postings.bytes, postings.starts[term]);
  const end = postings.starts[term + 1] as number;
  let slot = base - 1;
  while (reader.position < end) {
    const code = reader.varint();
    slot += code >>> 1;
    const count = code & 1 ? reader.varint() : 1;
    if (passing[slot] === 0) continue;
    scores[slot] = (scores[slot] as number) + (weight * count) / (count + (saturation[slot] as number));
  }
}
