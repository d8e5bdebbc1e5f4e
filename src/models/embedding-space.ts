import { LoamError } from '../core/errors.ts';

/**
 * Places a vector in a larger space: its own values first, zeros behind them. Dot products, cosines and norms stay exactly as
 * they were, and the vector in a smaller space is the beginning of the one in a larger.
 *
 * @throws LoamError `model-dimensions-unfit` when the space is smaller than the vector
 */
export function placeInSpace(vector: Float32Array, dimensions: number, label: string): Float32Array {
  if (vector.length === dimensions) return vector;
  if (vector.length > dimensions) {
    throw new LoamError('model-dimensions-unfit', { label, dimensions: vector.length, wanted: dimensions });
  }
  const placed = new Float32Array(dimensions);
  placed.set(vector);
  return placed;
}
