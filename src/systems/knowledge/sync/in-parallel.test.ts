import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

async function* each(items: readonly number[]): AsyncGenerator<number> {
  yield* items;
}

test('as many run at once as there is room for, and results come as they are ready', async () => {
  let running = 0;
  let most = 0;
  const results: number[] = [];
  const map = async (item: number): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await delay(item === 1 ? 60 : 1);
    running -= 1;
    return item * 10;
  };
  for await (const result of inParallel(each([1, 2, 3, 4, 5]), 2, map)) results.push(result);
  expect(results).toEqual([20, 30, 40, 50, 10]);
  expect(most).toBe(2);
});

test('an error ends it after what runs', async () => {
  const ended: number[] = [];
  const map = async (item: number): Promise<number> => {
    await delay(item);
    ended.push(item);
    if (item === 1) throw new Error('one');
    return item;
  };
  const all = async () => {
    for await (const _ of inParallel(each([1, 9, 2, 3]), 2, map));
  };
  await expect(all()).rejects.toThrow('one');
  expect(ended).toEqual([1, 9]);
});
