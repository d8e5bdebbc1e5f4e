/** A vector as int8 values and the factor that gives its coordinates back. */
export interface Int8Vector {
  readonly values: Int8Array;
  readonly scale: number;
}

const LARGEST = 127;

/** Normalises a vector to length 1 and rounds it to int8. A vector of zeros or with a value that is not finite is all zeros. */
export function quantise(vector: ArrayLike<number>): Int8Vector {
  let squares = 0;
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    squares += value * value;
    largest = Math.max(largest, Math.abs(value));
  }
  const values = new Int8Array(vector.length);
  if (!(squares > 0 && Number.isFinite(squares))) return { values, scale: 0 };
  const factor = LARGEST / largest;
  for (let i = 0; i < vector.length; i++) values[i] = Math.round((vector[i] as number) * factor);
  return { values, scale: Math.fround(largest / LARGEST / Math.sqrt(squares)) };
}
