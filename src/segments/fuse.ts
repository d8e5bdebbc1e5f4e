import type { Signal } from './contract.ts';

/**
 * What each signal counts, in deviations of its leg. Chosen on the training queries of SciFact alone:
 * docs/decisions/2026-11-24-retrieval.md. Parts are added in this order, so that a sum is the same bit for bit.
 */
const WEIGHTS: Readonly<Record<Signal, number>> = {
  body: 1,
  title: 0.2,
  proximity: 0.2,
  expansion: 0.05,
  chunk: 0.3,
  window: 0.6,
  feedback: 0.1,
};
const SIGNALS = Object.keys(WEIGHTS) as readonly Signal[];
/** Fused deviations of this size are squashed to .75. */
const HALF_WAY = 4;

/** The middle and the spread of a leg over the best of what was searched. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * The spread of the `count` best scores of a leg. It is taken over the best and not over everything, because with everything
 * the share of a leg would grow with how much there is that has nothing to do with the query. `best` are slots; what is
 * missing to `count` scored zero.
 */
export function spreadOf(best: Uint32Array, scores: Float64Array, count: number): Spread {
  let sum = 0;
  for (const slot of best) sum += scores[slot] as number;
  const mean = count === 0 ? 0 : sum / count;
  let squares = (count - best.length) * mean ** 2;
  for (const slot of best) squares += ((scores[slot] as number) - mean) ** 2;
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  return { mean, deviation: deviation > 1e-9 ? deviation : 0 };
}

/** What a signal adds to the fused score. `score` and `mean` are in the leg's own unit. */
export function partOf(signal: Signal, score: number, { deviation }: Spread, mean = 0): number {
  return deviation === 0 ? 0 : (WEIGHTS[signal] * (score - mean)) / deviation;
}

/** The sum of all parts of each of `count` candidates. */
export function fuseParts(parts: Readonly<Partial<Record<Signal, Float64Array>>>, count: number): Float64Array {
  const fused = new Float64Array(count);
  for (const signal of SIGNALS) {
    const values = parts[signal];
    if (values === undefined) continue;
    for (let i = 0; i < count; i++) fused[i] = (fused[i] as number) + (values[i] as number);
  }
  return fused;
}

/** A fused score of any size between 0 and 1, in the same order. */
export function squash(fused: number): number {
  return 0.5 + (0.5 * fused) / (Math.abs(fused) + HALF_WAY);
}
