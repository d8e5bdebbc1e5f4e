import type { LoadedIndex } from './loaded-index.ts';

const FEEDBACK_CHUNKS = 3;
const SHARE = 0.5;

/** The query moved half a step towards the mean of the best chunks (slots, best first): of length 1. */
export function moveTowards(index: LoadedIndex, vector: Float64Array, best: Uint32Array): Float64Array {
  const { values, scales, dimensions } = index.vectors;
  const mean = new Float64Array(dimensions);
  for (const slot of best.subarray(0, FEEDBACK_CHUNKS)) {
    const scale = scales[slot] as number;
    for (let j = 0; j < dimensions; j++) {
      mean[j] = (mean[j] as number) + scale * (values[slot * dimensions + j] as number);
    }
  }
  const factor = SHARE / Math.max(length(mean), Number.MIN_VALUE);
  const moved = vector.map((value, j) => value + factor * (mean[j] as number));
  const norm = Math.max(length(moved), Number.MIN_VALUE);
  return moved.map((value) => value / norm);
}

function length(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
