import { quantise } from './int8-vector.ts';
import type { LoadedIndex } from './loaded-index.ts';

/** The cosine of a vector of length 1 with the vector of each slot named; other slots are 0. */
export function scoreVectors(index: LoadedIndex, vector: Float64Array, slots: Uint32Array): Float64Array {
  const scores = new Float64Array(index.slots);
  const { values, scale } = quantise(vector);
  const { scales } = index.vectors;
  const dots = index.vectors.dots(values, slots);
  for (const slot of slots) scores[slot] = (dots[slot] as number) * scale * (scales[slot] as number);
  return scores;
}
