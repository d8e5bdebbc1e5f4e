/** A vector in a space of more dimensions, zeros added, or cut back to fewer; inner products stay as they are. */
export function fitVector(vector: Float32Array, dimensions: number): Float32Array {
  if (vector.length === dimensions) return vector;
  const fitted = new Float32Array(dimensions);
  fitted.set(vector.subarray(0, dimensions));
  return fitted;
}
