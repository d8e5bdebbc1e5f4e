import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Kernel, Matrix, MatrixShape } from './contract.ts';
import { checkShape } from './shape.ts';

/** What native/kernel.cc exports; lengths are the caller's to check, as in C. */
interface NativeExports {
  /** The widest instructions of this processor that its loops use. */
  readonly instructions: string;
  dots(
    values: Int8Array,
    dimensions: number,
    query: Int16Array,
    slots: Uint32Array,
    count: number,
    results: Int32Array,
  ): void;
  pool(
    values: Int8Array,
    scales: Float32Array,
    dimensions: number,
    slots: Uint32Array,
    count: number,
    sums: Float32Array,
  ): void;
}

/**
 * Loads the native kernel, which the build makes where a C++ compiler is present.
 *
 * @throws Error saying why there is none.
 */
export function loadNative(file = new URL('./kernel.node', import.meta.url)): Kernel {
  const path = fileURLToPath(file);
  if (!existsSync(path)) throw new Error(whyAbsent(new URL('./native.json', file)));
  const native = createRequire(import.meta.url)(path) as NativeExports;
  return {
    form: 'native',
    reason: `It was built on this machine and uses ${native.instructions}.`,
    matrix: (shape) => createNativeMatrix(native, checkShape(shape)),
  };
}

function whyAbsent(note: URL): string {
  if (!existsSync(note)) return 'it was not built';
  return (JSON.parse(readFileSync(note, 'utf8')) as { problem?: string }).problem ?? 'it was removed after the build';
}

function createNativeMatrix(native: NativeExports, { rows, dimensions }: MatrixShape): Matrix {
  const values = new Int8Array(rows * dimensions);
  const scales = new Float32Array(rows);
  const query = new Int16Array(dimensions);
  const slotsView = new Uint32Array(rows);
  const results = new Int32Array(rows);
  const sums = new Float32Array(dimensions);
  const arrays = [values, scales, query, slotsView, results, sums];
  return {
    ...{ rows, dimensions, values, scales },
    memoryBytes: arrays.reduce((bytes, { byteLength }) => bytes + byteLength, 0),
    dots(vector, slots) {
      query.set(vector);
      slotsView.set(slots);
      native.dots(values, dimensions, query, slotsView, slots.length, results);
      return results;
    },
    pool(slots) {
      slotsView.set(slots);
      native.pool(values, scales, dimensions, slotsView, slots.length, sums);
      return sums;
    },
  };
}
