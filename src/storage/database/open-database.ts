import { chmodSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LoamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { makeFolder } from '../make-folder.ts';
import type { Migration } from './contract.ts';
import { clusterOf, isMade } from './embedded/cluster.ts';
import { openEmbedded } from './embedded/open-embedded.ts';
import { checkFolderFormat } from './folder-format.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrate.ts';
import { openPglite, pgliteFolderOf } from './pglite/open-pglite.ts';
import { connectDatabase, type PooledDatabase } from './pooled-database.ts';
import { serverNotifications } from './server-notifications.ts';

export interface DatabaseOptions {
  /** A PostgreSQL URL; without one Loam brings its own database into the data folder. */
  readonly url?: string | undefined;
  readonly dataFolder: string;
  readonly migrations: readonly Migration[];
  readonly log: Log;
  /** The system user that the embedded server runs as when Loam is root. Default: `nobody`. */
  readonly runAs?: string | undefined;
  /** Forces one of the forms that live in the data folder. */
  readonly form?: 'embedded' | 'pglite' | undefined;
  /** Leaves the schema as it is: for a look, a backup or a restore. */
  readonly leaveSchema?: boolean | undefined;
  /** The `bin` folder of another PostgreSQL for the embedded server: that which made its cluster. */
  readonly oldBinaries?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POOL_SIZE = 8;

/**
 * Opens the store of records and brings its schema up to date: by URL, else as an embedded PostgreSQL server, else, where
 * that cannot run, as PGlite. `describe()` tells which and why. What a data folder began with it stays with.
 *
 * @throws LoamError `folder-unusable`, `data-folder-in-use`, `data-folder-newer`, `database-unavailable`, `database-unusable`, `database-newer`,
 * `migration-changed`.
 */
export async function openDatabase({ dataFolder, ...rest }: DatabaseOptions): Promise<PooledDatabase> {
  const options = { ...rest, dataFolder: resolve(dataFolder) };
  makeDataFolder(options.dataFolder);
  const database = options.url === undefined ? await openInFolder(options) : await openUrl(options.url, options.log);
  try {
    const ran = options.leaveSchema ? [] : await database.session((run) => migrate(run, options.migrations));
    options.log.info({ ...database.describe(), migrations: ran.length }, 'The database is open');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openUrl(url: string, log: Log): Promise<PooledDatabase> {
  return connectDatabase({
    pool: { connectionString: url, max: POOL_SIZE, application_name: 'loam' },
    description: { form: 'url', reason: 'A database URL is configured.' },
    notifications: serverNotifications({ connectionString: url, log }),
    log,
  });
}

async function openInFolder(options: DatabaseOptions): Promise<PooledDatabase> {
  const lock = lockFolder(options.dataFolder);
  try {
    checkFolderFormat(options.dataFolder);
    const database = await openEither(options);
    const close = async (): Promise<void> => {
      await database.close();
      lock.release();
    };
    return { ...database, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openEither(options: DatabaseOptions): Promise<PooledDatabase> {
  const { dataFolder, form, log, signal, runAs = 'nobody', oldBinaries } = options;
  const hasPglite = existsSync(pgliteFolderOf(dataFolder));
  refuseOtherForm(form, { pglite: hasPglite, embedded: isMade(clusterOf(dataFolder)) });
  if (form === 'pglite' || (hasPglite && form === undefined)) {
    const reason = form === 'pglite' ? 'It was asked for.' : 'The data folder began with PGlite.';
    return openPglite({ dataFolder, log, signal, reason });
  }
  const embedded = await openEmbedded({ dataFolder, log, signal, runAs, oldBinaries });
  if (!('obstacle' in embedded)) return embedded;
  const problem = `The embedded PostgreSQL server cannot run: ${embedded.obstacle}.`;
  if (isMade(clusterOf(dataFolder)) || form === 'embedded') throw new LoamError('database-unusable', { problem });
  return openPglite({ dataFolder, log, signal, reason: problem });
}

/** An empty database beside the real one would look like the loss of everything. */
function refuseOtherForm(form: DatabaseOptions['form'], has: { pglite: boolean; embedded: boolean }): void {
  const other = form === 'pglite' ? 'embedded' : 'pglite';
  if (form === undefined || has[form] || !has[other]) return;
  const problem = `The data folder holds a database of the form ${other}. Convert it with: loam migrate --database ${form}`;
  throw new LoamError('database-unusable', { problem });
}

/**
 * Makes the data folder if it is missing. Root leaves the way through it open: the embedded server is another user's.
 *
 * @throws LoamError `folder-unusable`
 */
function makeDataFolder(dataFolder: string): void {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  // Whatever the umask.
  if (makeFolder(dataFolder, mode)) chmodSync(dataFolder, mode);
}
