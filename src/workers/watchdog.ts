import { writeSync } from 'node:fs';
import { parentPort, Worker } from 'node:worker_threads';
import { taskFile } from './task-file.ts';

/** What a process writes to its standard error before the watchdog ends it. */
export const MEMORY_MARK = 'loam: memory limit reached';
export const TIME_MARK = 'loam: processor time limit reached';

export interface WatchOrder {
  readonly limitBytes: number;
  readonly parent: number;
}

export interface Watchdog {
  /** Begins to count processor time; without a limit, stops counting. */
  allow(cpuMs: number | undefined): void;
}

const EVERY_MS = 25;

/**
 * Ends this process when it takes more than `limitBytes` beyond what it takes now (array buffers and WASM included, which
 * the heap limit leaves out), more processor time than allowed, or when its parent is gone. It watches from a thread,
 * because the main one may be in a loop.
 */
export function startWatchdog(order: WatchOrder): Watchdog {
  const thread = new Worker(taskFile(import.meta.url, './watchdog-entry.ts'), {
    workerData: order,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  thread.unref();
  return { allow: (cpuMs) => thread.postMessage(cpuMs) };
}

/** In the thread. */
export function watch({ limitBytes, parent }: WatchOrder): void {
  const allowed = process.memoryUsage.rss() + limitBytes;
  let deadline = Number.POSITIVE_INFINITY;
  parentPort?.on('message', (cpuMs: number | undefined) => {
    deadline = cpuMs === undefined ? Number.POSITIVE_INFINITY : processorMs() + cpuMs;
  });
  setInterval(() => {
    if (process.memoryUsage.rss() > allowed) end(MEMORY_MARK);
    if (processorMs() > deadline) end(TIME_MARK);
    // Without a word: its standard error went with the parent.
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function end(mark: string): void {
  writeSync(2, mark);
  process.kill(process.pid, 'SIGKILL');
}
