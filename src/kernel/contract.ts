/** Which form of the kernel runs. The twin defines what is right; the others equal it bit for bit. */
export type KernelForm = 'native' | 'wasm' | 'twin';

export interface Kernel {
  readonly form: KernelForm;
  /** Why this form runs, in a sentence. */
  readonly reason: string;
  /** A matrix in the kernel's own memory, so that no call copies it. It is freed when nothing refers to it any more. */
  matrix(shape: MatrixShape): Matrix;
}

export interface MatrixShape {
  readonly rows: number;
  /** A multiple of 16. */
  readonly dimensions: number;
}

/** Int8 rows with a scale each, which the owner fills in place. Slots are row numbers, from 0. */
export interface Matrix extends MatrixShape {
  /** `rows * dimensions` values, row after row. */
  readonly values: Int8Array;
  readonly scales: Float32Array;
  /** Held until the matrix is dropped, scratch included. */
  readonly memoryBytes: number;
  /**
   * The exact dot product of the query with each row named: `result[slot]`. Rows not named keep what stood there. The
   * result is the matrix's own and lasts until the next call.
   */
  dots(query: Int8Array, slots: Uint32Array): Int32Array;
  /**
   * The sum of the rows named, each times its scale, in their order, every step rounded to float32. A row may be named
   * several times, at most `rows` in all. The result is the matrix's own and lasts until the next call.
   */
  pool(slots: ArrayLike<number>): Float32Array;
}
