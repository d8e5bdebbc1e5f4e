import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { DurableFolder } from './durable-folder.ts';
import type { PgliteAnswer } from './pglite-stream.ts';

/** What the thread is started with. */
export interface PgliteWorkerData {
  readonly folder: string;
}

const SETTINGS = {
  fsync: 'on',
  wal_sync_method: 'fsync',
  full_page_writes: 'on',
  shared_buffers: '16MB',
  timezone: 'UTC',
};

/** The thread that PGlite lives in: protocol bytes in, protocol bytes out, one batch after the other. */
async function serve(port: NonNullable<typeof parentPort>, { folder }: PgliteWorkerData): Promise<void> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // -F would turn fsync off.
  const startParams = [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...settings];
  const pglite = await PGlite.create({ fs: new DurableFolder(folder), startParams });
  const answer = (message: PgliteAnswer): void => port.postMessage(message);
  const run = async (batch: Uint8Array | 'close'): Promise<void> => {
    if (batch === 'close') {
      await pglite.close();
      port.close();
      return;
    }
    // A startup packet: what the connection before it left open would hold its locks for ever.
    if (batch[0] === 0 && pglite.isInTransaction()) await pglite.exec('rollback');
    answer({ bytes: await pglite.execProtocolRaw(batch) });
  };
  let last = Promise.resolve();
  port.on('message', (batch: Uint8Array | 'close') => {
    // Errors of statements are answers. A rejection is PGlite itself failing: it ends the thread, which is then started again.
    last = last.then(() => run(batch));
  });
  answer({ ready: true });
}

if (parentPort) await serve(parentPort, workerData as PgliteWorkerData);
