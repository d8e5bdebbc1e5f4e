import { expect, test } from 'vitest';
import { inBatches } from './batches.ts';
import type { DocumentResult } from './read-planned.ts';

const result = (chunks: number, characters: number): DocumentResult =>
  ({ row: {}, chunks: new Array(chunks).fill({}), characters }) as unknown as DocumentResult;

async function* each(items: readonly DocumentResult[]): AsyncGenerator<DocumentResult> {
  yield* items;
}

async function sizes(results: readonly DocumentResult[], clock = { now: () => 0 }): Promise<[number, number][]> {
  const limits = { documents: 3, chunks: 10, characters: 100, milliseconds: 1_000 };
  const found: [number, number][] = [];
  for await (const { rows, chunks } of inBatches(each(results), limits, clock))
    found.push([rows.length, chunks.length]);
  return found;
}

test('a batch ends with what makes it full, by any measure, and the last one with the end', async () => {
  expect(await sizes([])).toEqual([]);
  const small = result(1, 1);
  expect(await sizes([small, small, small, small])).toEqual([
    [3, 3],
    [1, 1],
  ]);
  expect(await sizes([result(9, 1), result(9, 1), small])).toEqual([
    [2, 18],
    [1, 1],
  ]);
  expect(await sizes([result(1, 100), small])).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test('a batch ends after its time', async () => {
  let time = 0;
  const clock = { now: () => (time += 600) };
  const small = result(1, 1);
  expect(await sizes([small, small, small], clock)).toEqual([
    [2, 2],
    [1, 1],
  ]);
});
