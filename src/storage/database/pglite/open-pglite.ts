import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { taskFile } from '../../../core/task-file.ts';
import { connectDatabase, type PooledDatabase } from '../pooled-database.ts';
import type { PgliteWorkerData } from './pglite.task.ts';
import { type PgliteAnswer, pgliteStream } from './pglite-stream.ts';

export interface PgliteOptions {
  readonly dataFolder: string;
  /** Why this form runs. */
  readonly reason: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

export function pgliteFolderOf(dataFolder: string): string {
  return join(dataFolder, 'pglite');
}

/** PostgreSQL compiled to WebAssembly, in a thread of its own: one connection, for machines where no server can run. */
export async function openPglite({ dataFolder, reason, log, signal }: PgliteOptions): Promise<PooledDatabase> {
  const folder = pgliteFolderOf(dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const data: PgliteWorkerData = { folder };
  const worker = new Worker(taskFile(import.meta.url, './pglite.task.ts'), { workerData: data });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await readiness(worker, signal);
  worker.unref();
  return connectDatabase({
    pool: { user: 'postgres', database: 'postgres', max: 1, idleTimeoutMillis: 0, stream: () => pgliteStream(worker) },
    description: { form: 'pglite', reason },
    log,
    end: async () => {
      worker.ref();
      worker.postMessage('close');
      await ended;
    },
  });
}

async function readiness(worker: Worker, signal: AbortSignal | undefined): Promise<void> {
  const failed = (error: Error): LoamError =>
    new LoamError('database-unusable', { problem: `PGlite did not start: ${error.message}.` }, { cause: error });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (answer: PgliteAnswer) => ('ready' in answer ? resolve() : undefined));
    worker.once('error', (error) => reject(failed(error)));
    worker.once('exit', () => reject(failed(new Error('its thread ended'))));
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
}
