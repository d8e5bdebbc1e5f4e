import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../core/log.ts';
import { connectDatabase, type PooledDatabase } from '../pooled-database.ts';
import { makePglite } from './make-pglite.ts';
import { startPgliteThread } from './pglite-thread.ts';

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
  await makePglite(folder, signal);
  chmodSync(folder, 0o700);
  const thread = await startPgliteThread({ folder, log, signal });
  return connectDatabase({
    pool: { user: 'postgres', database: 'postgres', max: 1, idleTimeoutMillis: 0, stream: () => thread.connect() },
    description: { form: 'pglite', reason },
    log,
    end: () => thread.close(),
  });
}
