import type { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { taskFile } from '../../../core/task-file.ts';
import type { PgliteWorkerData } from './pglite.task.ts';
import { type PgliteAnswer, pgliteStream } from './pglite-stream.ts';

export interface PgliteThread {
  /** A connection. There is one at a time: PGlite is a single backend. */
  connect(): Duplex;
  /** The thread that runs now. */
  worker(): Worker;
  close(): Promise<void>;
}

export interface PgliteThreadOptions {
  readonly folder: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

const RESTART_MS = 1_000;

/** Runs PGlite in a thread of its own, which is started again when it ends by itself. */
export async function startPgliteThread({ folder, log, signal }: PgliteThreadOptions): Promise<PgliteThread> {
  let closing = false;
  let worker = await startWorker({ folder }, signal);
  const watch = (watched: Worker): void => {
    watched.on('error', (error) => log.error({ error: error.message }, 'PGlite failed'));
    watched.once('exit', () => {
      if (!closing) setTimeout(restart, RESTART_MS).unref();
    });
  };
  const restart = async (): Promise<void> => {
    if (closing) return;
    log.error({}, 'The thread of PGlite ended by itself; starting it again');
    try {
      worker = await startWorker({ folder });
      watch(worker);
    } catch (error) {
      log.error({ error: String(error) }, 'PGlite does not start');
      setTimeout(restart, RESTART_MS).unref();
    }
  };
  watch(worker);
  return {
    connect: () => pgliteStream(worker),
    worker: () => worker,
    async close() {
      closing = true;
      await closeWorker(worker);
    },
  };
}

/** Starts the thread and waits until PGlite is ready. */
export async function startWorker(workerData: PgliteWorkerData, signal?: AbortSignal): Promise<Worker> {
  const worker = new Worker(taskFile(import.meta.url, './pglite.task.ts'), { workerData });
  const failed = (error: Error): LoamError =>
    new LoamError('database-unusable', { problem: `PGlite did not start: ${error.message}.` }, { cause: error });
  const abort = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (answer: PgliteAnswer) => ('ready' in answer ? resolve() : undefined));
      worker.once('error', (error) => reject(failed(error)));
      worker.once('exit', () => reject(failed(new Error('its thread ended'))));
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: abort.signal });
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    abort.abort();
  }
  // Loam ends when its endpoint does, whether or not the database was closed.
  worker.unref();
  return worker;
}

/** Closes PGlite and waits for the end of its thread. */
export async function closeWorker(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.ref();
  worker.postMessage('close');
  await exited;
}
