import { quantise } from './int8-vector.ts';
import type { LoadedIndex } from './loaded-index.ts';

/**
 * The cosine of a vector of length 1 with the vectors of some slots: a function that gives it for each of `slots`, until the
 * next vector is scored.
 */
export function scoreVectors(index: LoadedIndex, vector: Float64Array, slots: Uint32Array): (slot: number) => number {
  const { values, scale } = quantise(vector);
  const { scales } = index.vectors;
  const dots = index.vectors.dots(values, slots);
  return (slot) => (dots[slot] as number) * scale * (scales[slot] as number);
}
