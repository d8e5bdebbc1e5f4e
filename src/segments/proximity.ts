import type { Occurrences } from './occurrences.ts';
import type { QueryTerm } from './read-query.ts';

const REACH = 3;
const SATURATION = 0.9;

/** Scores where a chunk holds terms that are neighbours in the query close together and in the same order. */
export type ProximityScorer = (occurrences: Occurrences) => number;

/**
 * Each pair adds the mean weight of its terms, saturated over its occurrences, which count 1 side by side, 1/2 with one term
 * between and 1/3 with two. `terms` are numbered as in the occurrences.
 */
export function createProximityScorer(terms: readonly QueryTerm[], sequence: readonly string[]): ProximityScorer {
  const numbers = new Map(terms.map(({ text }, number) => [text, number]));
  const weights = new Map<number, number>();
  for (let i = 0; i + 1 < sequence.length; i++) {
    const first = numbers.get(sequence[i] as string);
    const second = numbers.get(sequence[i + 1] as string);
    if (first === undefined || second === undefined) continue;
    const weight = ((terms[first] as QueryTerm).weight + (terms[second] as QueryTerm).weight) / 2;
    weights.set(first * terms.length + second, weight);
  }
  return (occurrences) => {
    let score = 0;
    for (const [pair, closeness] of closenesses(occurrences, terms.length, weights)) {
      score += ((weights.get(pair) as number) * closeness) / (closeness + SATURATION);
    }
    return score;
  };
}

function closenesses(
  { terms, positions }: Occurrences,
  size: number,
  pairs: ReadonlyMap<number, number>,
): Map<number, number> {
  const found = new Map<number, number>();
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      const distance = (positions[j] as number) - (positions[i] as number);
      if (distance > REACH) break;
      const pair = (terms[i] as number) * size + (terms[j] as number);
      if (pairs.has(pair)) found.set(pair, (found.get(pair) ?? 0) + 1 / distance);
    }
  }
  return found;
}
