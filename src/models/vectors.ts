/** The dot product of two vectors of one length: their cosine, where both are of norm 1. */
export function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

/** The vector brought to norm 1; all zeros stay zeros. */
export function unitVector(values: Float32Array | readonly number[]): Float32Array {
  let squares = 0;
  for (const value of values) squares += value * value;
  const norm = Math.sqrt(squares) || 1;
  return Float32Array.from(values, (value) => value / norm);
}
