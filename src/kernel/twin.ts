import type { Kernel, Matrix, MatrixShape } from './contract.ts';
import { checkShape } from './shape.ts';

/** The plain TypeScript kernel: what is right, and what runs where nothing faster does. */
export function createTwin(reason: string): Kernel {
  return { form: 'twin', reason, matrix: createTwinMatrix };
}

function createTwinMatrix(shape: MatrixShape): Matrix {
  const { rows, dimensions } = checkShape(shape);
  const values = new Int8Array(rows * dimensions);
  const scales = new Float32Array(rows);
  const results = new Int32Array(rows);
  const sums = new Float32Array(dimensions);
  return {
    rows,
    dimensions,
    values,
    scales,
    memoryBytes: values.byteLength + scales.byteLength + results.byteLength + sums.byteLength,
    dots(query, slots) {
      for (const slot of slots) results[slot] = dot(values, slot * dimensions, query);
      return results;
    },
    pool(slots) {
      sums.fill(0);
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i] ?? 0;
        addScaled(sums, values, slot * dimensions, scales[slot] ?? 0);
      }
      return sums;
    },
  };
}

function dot(values: Int8Array, start: number, query: Int8Array): number {
  let sum = 0;
  for (let j = 0; j < query.length; j++) sum = (sum + (values[start + j] ?? 0) * (query[j] ?? 0)) | 0;
  return sum;
}

function addScaled(sums: Float32Array, values: Int8Array, start: number, scale: number): void {
  for (let j = 0; j < sums.length; j++) {
    sums[j] = (sums[j] ?? 0) + Math.fround((values[start + j] ?? 0) * scale);
  }
}
