import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorkerPool } from './pool.ts';
import { taskFile } from './task-file.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './process-entry.ts')));
if (!built) process.stderr.write('The worker pool is not tested: run the build first.\n');

const file = new URL('../../test/fixtures/worker-task.mjs', import.meta.url);
const limits = { timeoutMs: 20_000, memoryMb: 96 };
const pool = createWorkerPool({ concurrency: 2, idleMs: 500 });
afterAll(() => pool.close());

interface Input {
  readonly behaviour: string;
  readonly value?: unknown;
  readonly ms?: number;
}

describe.skipIf(!built).each(['thread', 'process'] as const)('a task in a %s', (isolation) => {
  const task = { name: 'The task', file, isolation };
  const run = (input: Input, more: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<unknown> => {
    const { timeoutMs = limits.timeoutMs, ...options } = more;
    return pool.run<Input, unknown>(task, input, { limits: { ...limits, timeoutMs }, ...options });
  };

  it('gives back what it was given, bytes and maps too', async () => {
    const value = { bytes: new Uint8Array([1, 2]), map: new Map([['a', 1n]]), none: undefined };
    expect(await run({ behaviour: 'echo', value })).toEqual(value);
  });

  it('sees nothing of the environment', async () => {
    const { keys } = (await run({ behaviour: 'identify' })) as { keys: string[] };
    expect(keys.filter((key) => !['SystemRoot', 'LD_LIBRARY_PATH', 'TZ'].includes(key))).toEqual([]);
  });

  it.each([
    ['an endless loop', 'loop'],
    ['a promise that never settles', 'never'],
  ])('ends %s at its time limit', async (_name, behaviour) => {
    await expect(run({ behaviour }, { timeoutMs: 400 })).rejects.toMatchObject({
      code: 'work-timed-out',
      message: 'The task did not finish within 0.4 seconds.',
    });
  });

  it.each([
    ['throwError', 'The task failed: it threw a RangeError.'],
    ['throwText', 'The task failed: it threw something that is no error.'],
    ['exit', `The task failed: its ${isolation} ended with exit code 3.`],
  ])('says why when it does %s, and no text of its input', async (behaviour, message) => {
    await expect(run({ behaviour })).rejects.toMatchObject({ code: 'work-failed', message });
  });

  it.each(['throwLater', 'uncloneable'])('fails when it does %s', async (behaviour) => {
    await expect(run({ behaviour })).rejects.toMatchObject({ code: 'work-failed' });
  });

  it('passes on a LoamError with its details', async () => {
    const failed = run({ behaviour: 'throwLoamError' });
    await expect(failed).rejects.toMatchObject({ code: 'resource-not-found', details: { type: 'page', id: '7' } });
  });

  it('ends when its signal fires, running or waiting, with the reason of the signal', async () => {
    const stop = new AbortController();
    const reason = new Error('no longer wanted');
    const runs = [1, 2, 3, 4].map(() => run({ behaviour: 'loop' }, { signal: stop.signal }));
    setTimeout(() => stop.abort(reason), 200);
    expect(await Promise.allSettled(runs)).toEqual(runs.map(() => ({ status: 'rejected', reason })));
    await expect(run({ behaviour: 'echo' }, { signal: stop.signal })).rejects.toBe(reason);
  });

  const bombs = isolation === 'process' ? ['objects', 'map', 'strings', 'buffers', 'wasm'] : ['objects'];
  it.each(bombs)('ends at its memory limit when it hoards %s', async (behaviour) => {
    await expect(run({ behaviour })).rejects.toMatchObject({
      code: 'work-out-of-memory',
      message: 'The task needed more than 96 MB of memory.',
    });
  });

  it('leaves the next ones unharmed', async () => {
    expect(await Promise.all([1, 2, 3, 4, 5].map((value) => run({ behaviour: 'echo', value })))).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });
});

describe.skipIf(!built)('the pool', () => {
  const task = { name: 'The task', file, isolation: 'process' } as const;

  it('uses a process again and ends it when it was idle for a while', async () => {
    const identify = async (): Promise<number> => {
      const answer = await pool.run<Input, { pid: number }>(task, { behaviour: 'identify' }, { limits });
      return answer.pid;
    };
    const first = await identify();
    expect(await identify()).toBe(first);
    await delay(900);
    expect(() => process.kill(first, 0)).toThrow();
    expect(await identify()).not.toBe(first);
  });

  it('never gives a task to a process that is being retired', async () => {
    const hasty = createWorkerPool({ concurrency: 1, idleMs: 30 });
    for (let round = 0; round < 8; round += 1) {
      await hasty.run<Input, unknown>(task, { behaviour: 'echo' }, { limits });
      const blockedUntil = performance.now() + 40;
      while (performance.now() < blockedUntil);
      // The timer of the idle process is due before this one.
      await delay(1);
    }
    await hasty.close();
  });

  it('ends a process after so much processor time, and only then', async () => {
    const tight = { ...limits, cpuMs: 300 };
    const slept = await pool.run<Input, string>(task, { behaviour: 'sleep', ms: 500 }, { limits: tight });
    expect(slept).toBe('slept');
    const looped = pool.run<Input, string>(task, { behaviour: 'loop' }, { limits: tight });
    await expect(looped).rejects.toMatchObject({ code: 'work-timed-out', details: { seconds: 0.3 } });
  });

  it('runs no more at once than allowed', async () => {
    const started = performance.now();
    await Promise.all(
      [1, 2, 3, 4].map(() => pool.run<Input, string>(task, { behaviour: 'sleep', ms: 300 }, { limits })),
    );
    expect(performance.now() - started).toBeGreaterThan(590);
  });

  it('rejects what runs when it is closed, and what comes afterwards', async () => {
    const short = createWorkerPool({ concurrency: 1 });
    const runs = [1, 2].map(() => short.run<Input, string>(task, { behaviour: 'loop' }, { limits }));
    await delay(150);
    const results = Promise.allSettled(runs);
    await short.close();
    for (const result of await results) expect(result).toMatchObject({ reason: { code: 'work-failed' } });
    await expect(short.run(task, { behaviour: 'echo' }, { limits })).rejects.toMatchObject({ code: 'work-failed' });
  });
});
