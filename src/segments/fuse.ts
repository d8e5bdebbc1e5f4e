import type { ScoreParts, Signal } from './contract.ts';

/**
 * What each signal counts, in deviations of its leg. Chosen on the training queries of SciFact alone; bench/RESULTS.md has
 * the figures.
 */
const WEIGHTS: Readonly<Record<Signal, number>> = {
  body: 1,
  title: 0.3,
  proximity: 0.4,
  expansion: 0.1,
  chunk: 0.7,
  window: 0.45,
  feedback: 0.2,
};
/** Fused deviations of this size are squashed to .75. */
const HALF_WAY = 4;

/** The middle and the spread of a leg over the best of what was searched. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The spread of the best thousand scores of a leg, or of all when fewer passed. It is taken over the best and not over
 * everything, because with everything the share of a leg would grow with how much there is that has nothing to do with the
 * query. `scores` are the best, best first; what is missing to `count` scored zero.
 */
export function spreadOf(scores: Float64Array, count: number): Spread {
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = scores.reduce((sum, score) => sum + score, 0) / count;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) + (count - scores.length) * mean ** 2;
  const deviation = Math.sqrt(squares / count);
  return { mean, deviation: deviation > 1e-9 ? deviation : 0 };
}

/** What a signal adds to the fused score. `score` and `mean` are in the leg's own unit. */
export function partOf(signal: Signal, score: number, { deviation }: Spread, mean = 0): number {
  return deviation === 0 ? 0 : (WEIGHTS[signal] * (score - mean)) / deviation;
}

/** The sum of all parts, always in the same order, so that it is the same bit for bit. */
export function sumOf(parts: ScoreParts): number {
  let sum = 0;
  for (const signal of Object.keys(WEIGHTS) as Signal[]) sum += parts[signal] ?? 0;
  return sum;
}

/** A fused score of any size between 0 and 1, in the same order. */
export function squash(fused: number): number {
  return 0.5 + (0.5 * fused) / (Math.abs(fused) + HALF_WAY);
}
