import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoamError } from '../core/errors.ts';
import type { Kernel, Matrix } from './contract.ts';
import { openKernel } from './index.ts';
import { loadNative } from './native.ts';
import { createTwin } from './twin.ts';
import { loadWasm } from './wasm.ts';

const twin = createTwin('for the test');
const wasm = await loadWasm();
const built = new URL('../../dist/kernel/kernel.node', import.meta.url);
const native = existsSync(built) ? loadNative(built) : undefined;
if (!native) process.stderr.write('Skipped: the native kernel, because it was not built.\n');
const fast: readonly Kernel[] = [wasm, ...(native ? [native] : [])];

function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 8;
  };
}

/** The same random rows in both kernels, the extremes of int8 among them. */
function pair(kernel: Kernel, rows: number, dimensions: number, seed: number): [Matrix, Matrix] {
  const matrices: [Matrix, Matrix] = [twin.matrix({ rows, dimensions }), kernel.matrix({ rows, dimensions })];
  for (const matrix of matrices) {
    const next = random(seed);
    for (let i = 0; i < matrix.values.length; i++) matrix.values[i] = next() % 7 === 0 ? -128 : next();
    for (let i = 0; i < rows; i++) matrix.scales[i] = (1 + (next() % 1_000)) / 30_011;
  }
  return matrices;
}

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 70 }),
  blocks: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
});

describe.each(fast)('the $form kernel', (kernel) => {
  it('gives the dot products of the twin, of the slots asked for and no others', () => {
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.integer({ min: -128, max: 127 })), ({ rows, blocks, seed }, stream) => {
        const dimensions = blocks * 16;
        const [left, right] = pair(kernel, rows, dimensions, seed);
        const query = Int8Array.from({ length: dimensions }, () => stream.next().value ?? 0);
        const slots = Uint32Array.from({ length: rows }, (_, i) => i).filter((i) => (i * 7 + seed) % 3 !== 0);
        const expected = left.dots(query, slots);
        expect(right.dots(query, slots)).toEqual(expected);
        for (const slot of slots) {
          let sum = 0;
          for (let j = 0; j < dimensions; j++) sum += (left.values[slot * dimensions + j] ?? 0) * (query[j] ?? 0);
          expect(expected[slot]).toBe(sum);
        }
      }),
    );
  });

  it('pools to the same float32, bit for bit, whatever the order', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat(), { maxLength: 60 }), ({ rows, blocks, seed }, picks) => {
        const [left, right] = pair(kernel, rows, blocks * 16, seed);
        const slots = picks.slice(0, rows).map((pick) => pick % rows);
        const expected = Uint32Array.from(new Uint32Array(Float32Array.from(left.pool(slots)).buffer));
        expect(new Uint32Array(Float32Array.from(right.pool(slots)).buffer)).toEqual(expected);
      }),
    );
  });

  it('reaches the ends of int8 without overflow', () => {
    const [left, right] = [twin, kernel].map((form) => form.matrix({ rows: 5, dimensions: 4096 }));
    for (const matrix of [left, right]) matrix?.values.fill(-128);
    const query = new Int8Array(4096).fill(-128);
    const slots = Uint32Array.of(0, 1, 2, 3, 4);
    expect(right?.dots(query, slots)).toEqual(left?.dots(query, slots));
    expect(right?.dots(query, slots)[4]).toBe(4096 * 128 * 128);
  });
});

describe('the kernel', () => {
  it('is the fastest form that runs, and says why no faster one does', async () => {
    // Beside the source there is no add-on: only a build makes one.
    const kernel = await openKernel();
    expect(kernel.form).toBe('wasm');
    expect(kernel.reason).toContain('There is no native kernel: it was not built.');
    expect((await openKernel({ prefer: 'wasm' })).reason).not.toContain('native');
    expect(await openKernel({ prefer: 'twin' })).toMatchObject({ form: 'twin', reason: 'The twin was asked for.' });
  });

  it('refuses a shape that no form can hold', () => {
    for (const kernel of [twin, ...fast]) {
      for (const shape of [
        { rows: 1, dimensions: 24 },
        { rows: 2 ** 30, dimensions: 256 },
      ]) {
        expect(() => kernel.matrix(shape)).toThrowError(expect.toSatisfy((e) => isLoamError(e, 'parameter-invalid')));
      }
    }
  });

  it.skipIf(!native)('reads no row that is not there', () => {
    const matrix = native?.matrix({ rows: 3, dimensions: 16 });
    expect(() => matrix?.dots(new Int8Array(16), Uint32Array.of(3))).toThrow(RangeError);
    expect(() => matrix?.pool([0, 2 ** 31])).toThrow(RangeError);
    expect(() => loadNative(pathToFileURL('/no/such/kernel.node'))).toThrow('it was not built');
  });

  it('holds hundreds of matrices at once', () => {
    const matrices = Array.from({ length: 300 }, () => wasm.matrix({ rows: 10, dimensions: 256 }));
    expect(matrices.reduce((sum, matrix) => sum + matrix.memoryBytes, 0)).toBe(300 * 65_536);
  });

  it('refuses a WASM file that is not the one its source names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kernel-'));
    try {
      const bytes = await readFile(new URL('./kernel.wasm', import.meta.url));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(join(folder, 'kernel.wasm'), bytes);
      await expect(loadWasm(pathToFileURL(join(folder, 'kernel.wasm')))).rejects.toThrow(/has the sha256/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
