import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { taskFile } from './task-file.ts';

/** What a process writes to its standard error before the watchdog ends it. */
export const MEMORY_MARK = 'loam: memory limit reached';

export interface WatchOrder {
  readonly limitBytes: number;
  readonly parent: number;
}

const EVERY_MS = 25;

/**
 * Ends this process when it takes more than `limitBytes` beyond what it takes now (array buffers and WASM included, which
 * the heap limit leaves out), or when its parent is gone. It watches from a thread, because the main one may be in a loop.
 */
export function startMemoryWatchdog(order: WatchOrder): void {
  const thread = new Worker(taskFile(import.meta.url, './memory-watchdog-entry.ts'), {
    workerData: order,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  thread.unref();
}

/** In the thread. */
export function watch({ limitBytes, parent }: WatchOrder): void {
  const allowed = process.memoryUsage.rss() + limitBytes;
  setInterval(() => {
    const isTooLarge = process.memoryUsage.rss() > allowed;
    if (isTooLarge) writeSync(2, MEMORY_MARK);
    if (isTooLarge || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}
