import { availableParallelism } from 'node:os';
import { LoamError } from '../core/errors.ts';
import { type Log, silentLog } from '../core/log.ts';
import type { WorkerLimits, WorkerPool, WorkerTask } from './contract.ts';
import { unwrap } from './outcome.ts';
import { createProcesses } from './processes.ts';
import type { Runner } from './runner.ts';
import { createSlots, type Slots } from './slots.ts';
import { createThreads } from './threads.ts';

export interface WorkerPoolOptions {
  /** How many tasks run at once, threads and processes together; default: the processors of the machine. */
  readonly concurrency?: number;
  /** How long a worker without work is kept. */
  readonly idleMs?: number;
  readonly log?: Log;
}

const IDLE_MS = 10_000;

interface RunOptions {
  readonly limits: WorkerLimits;
  readonly signal?: AbortSignal;
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * A pool that starts empty: workers are started when a task needs one and ended when they were idle for `idleMs`.
 *
 * @example
 * const pool = createWorkerPool();
 * await pool.run(task, input, { limits: { timeoutMs: 20_000, memoryMb: 512 } });
 */
export function createWorkerPool(options: WorkerPoolOptions = {}): WorkerPool {
  const { concurrency = availableParallelism(), idleMs = IDLE_MS, log = silentLog } = options;
  const slots = createSlots(concurrency);
  const runners = {
    thread: createThreads({ maxThreads: concurrency, idleMs, log }),
    process: createProcesses({ idleMs }),
  };
  const running = new Set<AbortController>();
  let closed = false;
  return {
    async run<Input, Output>(task: WorkerTask<Input, Output>, input: Input, runOptions: RunOptions): Promise<Output> {
      const stop = new AbortController();
      if (closed) stop.abort(closedError(task.name));
      running.add(stop);
      const untie = tie(runOptions.signal, stop);
      try {
        return (await runInSlot(slots, runners[task.isolation ?? 'thread'], task, input, runOptions, stop)) as Output;
      } catch (error) {
        throw stop.signal.aborted ? stop.signal.reason : error;
      } finally {
        untie();
        running.delete(stop);
      }
    },
    async close() {
      closed = true;
      for (const stop of running) stop.abort(closedError('A task'));
      await Promise.all([runners.thread.close(), runners.process.close()]);
    },
  };
}

async function runInSlot(
  slots: Slots,
  runner: Runner,
  task: WorkerTask<unknown, unknown>,
  input: unknown,
  { limits, transfer = [] }: RunOptions,
  stop: AbortController,
): Promise<unknown> {
  const release = await slots.acquire(stop.signal);
  const timeout = new LoamError('work-timed-out', { task: task.name, seconds: limits.timeoutMs / 1000 });
  const timer = setTimeout(() => stop.abort(timeout), limits.timeoutMs);
  try {
    return unwrap(await runner.run({ task, input, limits, transfer, signal: stop.signal }), task.name);
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Lets a caller's signal stop the task too. */
function tie(signal: AbortSignal | undefined, stop: AbortController): () => void {
  const follow = (): void => stop.abort(signal?.reason);
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });
  return () => signal?.removeEventListener('abort', follow);
}

function closedError(task: string): LoamError {
  return new LoamError('work-failed', { task, reason: 'the server is stopping' });
}
