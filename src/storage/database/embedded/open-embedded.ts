import { rmSync } from 'node:fs';
import type { Log } from '../../../core/log.ts';
import { connectDatabase, type PooledDatabase } from '../pooled-database.ts';
import { binariesIn, checkMajorVersion, findBinaries, type Obstacle } from './binaries.ts';
import { clusterOf, isMade, makeCluster, ROLE } from './cluster.ts';
import { startServer } from './server.ts';
import { findServerUser, type ServerUser } from './server-user.ts';

export interface EmbeddedOptions {
  readonly dataFolder: string;
  /** Whom the server belongs to when Loam is root. */
  readonly runAs: string;
  /** The `bin` folder of the PostgreSQL that made the cluster, where it is not ours. */
  readonly oldBinaries?: string | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

const POOL_SIZE = 8;

/**
 * PostgreSQL of our own in the data folder, reached over a socket that only its user and Loam's may open.
 *
 * @returns what stands in the way, when nothing is stored yet and another form can be chosen.
 * @throws LoamError `database-unusable` when a cluster is there and cannot run.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<PooledDatabase | Obstacle> {
  const { dataFolder, log, signal } = options;
  const binaries = options.oldBinaries === undefined ? findBinaries() : binariesIn(options.oldBinaries);
  if ('obstacle' in binaries) return binaries;
  const user = findServerUser(options.runAs, [dataFolder, binaries.folder]);
  if ('obstacle' in user) return user;
  const cluster = clusterOf(dataFolder);
  const fresh = !isMade(cluster);
  if (!fresh) checkMajorVersion(cluster, binaries);
  try {
    if (fresh) await makeCluster(cluster, { binaries, user, signal });
    const server = await startServer({ cluster, binaries, user, log, signal });
    return await connectDatabase({
      pool: { host: server.socketFolder, port: server.port, user: ROLE, database: 'postgres', max: POOL_SIZE },
      description: { form: 'embedded', reason: reasonOf(user) },
      log,
      end: server.stop,
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!fresh) throw error;
    // A machine that forbids what a server needs (a sandbox): nothing is stored yet, another form takes over.
    rmSync(cluster.folder, { recursive: true, force: true });
    return { obstacle: `it could not be started here (${(error as Error).message})` };
  }
}

function reasonOf({ name, identity, launcher }: ServerUser): string {
  const asUser = identity ? `, as the user ${name} because Loam is root` : '';
  const asName = launcher ? `, as root under the name ${name}, whom the folder is closed to` : '';
  return `No database URL is configured: Loam runs PostgreSQL of its own in the data folder${asUser}${asName}.`;
}
