import { expect, it, vi } from 'vitest';
import { silentLog } from './log.ts';
import { every } from './periodic.ts';

it('never runs twice at once, survives failures and waits on stop', async () => {
  vi.useFakeTimers();
  const ends: (() => void)[] = [];
  let begun = 0;
  const work = (): Promise<void> => {
    begun += 1;
    return new Promise((resolve, reject) => ends.push(begun === 1 ? () => reject(new Error('first')) : resolve));
  };
  const periodic = every(10, work, { name: 'test', log: silentLog });
  await vi.advanceTimersByTimeAsync(35);
  expect(begun).toBe(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(10);
  expect(begun).toBe(2);
  const stopped = periodic.stop();
  ends[1]?.();
  await stopped;
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toBe(2);
  vi.useRealTimers();
});
