import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Kernel, Matrix, MatrixShape } from './contract.ts';
import { checkShape } from './shape.ts';
import { WASM_SHA256 } from './wasm-hash.ts';

const PAGE_BYTES = 65_536;

/** What native/kernel.c exports; every pointer is a byte offset into the instance's memory. */
interface KernelExports {
  dots(values: number, dimensions: number, query: number, slots: number, count: number, results: number): void;
  pool(values: number, scales: number, dimensions: number, slots: number, count: number, sums: number): void;
}

/**
 * Loads the WASM SIMD kernel that is checked in.
 *
 * @throws Error when the file is missing, is not the one whose hash the source names, or the engine has no SIMD.
 */
export async function loadWasm(file = new URL('./kernel.wasm', import.meta.url)): Promise<Kernel> {
  const bytes = await readFile(file);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== WASM_SHA256) throw new Error(`kernel.wasm has the sha256 ${hash}, expected ${WASM_SHA256}`);
  const module = await WebAssembly.compile(bytes);
  return {
    form: 'wasm',
    reason: 'The WASM SIMD kernel is verified and this engine runs it.',
    matrix: (shape) => createWasmMatrix(module, checkShape(shape)),
  };
}

/** Every matrix has an instance and a memory of its own, so that dropping it gives the memory back. */
function createWasmMatrix(module: WebAssembly.Module, { rows, dimensions }: MatrixShape): Matrix {
  const layout = layOut(rows, dimensions);
  const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const { dots, pool } = instance.exports as unknown as KernelExports;
  const query = new Int16Array(memory.buffer, layout.query, dimensions);
  const slotsView = new Uint32Array(memory.buffer, layout.slots, rows);
  const results = new Int32Array(memory.buffer, layout.results, rows);
  const sums = new Float32Array(memory.buffer, layout.sums, dimensions);
  return {
    rows,
    dimensions,
    values: new Int8Array(memory.buffer, 0, rows * dimensions),
    scales: new Float32Array(memory.buffer, layout.scales, rows),
    memoryBytes: memory.buffer.byteLength,
    dots(vector, slots) {
      query.set(vector);
      slotsView.set(slots);
      dots(0, dimensions, layout.query, layout.slots, slots.length, layout.results);
      return results;
    },
    pool(slots) {
      slotsView.set(slots);
      pool(0, layout.scales, dimensions, layout.slots, slots.length, layout.sums);
      return sums;
    },
  };
}

function layOut(rows: number, dimensions: number) {
  const scales = rows * dimensions;
  const query = align(scales + rows * 4);
  const slots = query + dimensions * 2;
  const results = align(slots + rows * 4);
  const sums = align(results + rows * 4);
  return { scales, query, slots, results, sums, pages: Math.ceil((sums + dimensions * 4) / PAGE_BYTES) };
}

function align(offset: number): number {
  return Math.ceil(offset / 16) * 16;
}
