import { type Corpus, type CorpusTerm, inverseFrequency } from './corpus.ts';
import { type LoadedIndex, segmentOf } from './loaded-index.ts';
import type { Occurrences } from './occurrences.ts';
import { visitSequence } from './sequences.ts';

const FEEDBACK_CHUNKS = 10;
const TERMS = 20;
/** A term of more chunks than this share says nothing about the query. */
const COMMONEST = 0.1;

/** A term that the best chunks suggest, with its share of their probability mass times its BM25 weight. */
export interface ExpansionTerm extends CorpusTerm {
  readonly weight: number;
}

/**
 * The terms that best tell the chunks of highest BM25 score from others: RM3's relevance model (N. Abdul-Jaleel et al.,
 * UMass at TREC 2004: Novelty and HARD). `best` are slots, best first.
 */
export function expandQuery(
  index: LoadedIndex,
  corpus: Corpus,
  best: Uint32Array,
  scores: Float64Array,
): ExpansionTerm[] {
  const feedback = best.subarray(0, FEEDBACK_CHUNKS);
  const total = feedback.reduce((sum, slot) => sum + (scores[slot] as number), 0);
  const shares = new Map<string, number>();
  for (const slot of feedback) {
    for (const [term, share] of termShares(index, slot)) {
      shares.set(term, (shares.get(term) ?? 0) + (share * (scores[slot] as number)) / total);
    }
  }
  const chosen: [CorpusTerm, number][] = [];
  for (const [text, share] of [...shares].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const term = corpus.term(text);
    if (term.frequency.body > corpus.chunks * COMMONEST) continue;
    chosen.push([term, share]);
    if (chosen.length === TERMS) break;
  }
  const mass = chosen.reduce((sum, [, share]) => sum + share, 0);
  return chosen.map(([term, share]) => ({
    ...term,
    weight: (share / mass) * inverseFrequency(corpus, term.frequency.body),
  }));
}

/** BM25 of expansion terms in a chunk. `numbers` are theirs in the occurrences. */
export function scoreExpansion(
  { numbers, weights }: { readonly numbers: readonly number[]; readonly weights: readonly number[] },
  { counts }: Occurrences,
  saturation: number,
): number {
  let score = 0;
  for (let i = 0; i < numbers.length; i++) {
    const count = counts[numbers[i] as number] as number;
    score += ((weights[i] as number) * count) / (count + saturation);
  }
  return score;
}

/** Each term of a chunk with its share of all its terms. */
function termShares(index: LoadedIndex, slot: number): [string, number][] {
  const { base, sequences, dictionary, body } = segmentOf(index, slot);
  const counts = new Map<number, number>();
  visitSequence(sequences, slot - base, (term) => counts.set(term, (counts.get(term) ?? 0) + 1));
  const length = body.lengths[slot - base] as number;
  return Array.from(counts, ([term, count]) => [dictionary.terms.at(term), count / length]);
}
