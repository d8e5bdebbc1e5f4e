import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAccessKeys } from './access/access-keys.ts';
import { accessMigrations } from './access/migrations.ts';
import { ensureRootKey, type RootKey } from './access/root-key.ts';
import type { Configuration } from './config.ts';
import { systemClock } from './core/clock.ts';
import { randomIds } from './core/ids.ts';
import type { Log } from './core/log.ts';
import { createPageTokens } from './core/paging.ts';
import { every } from './core/periodic.ts';
import { serve } from './server/serve.ts';
import type { Database } from './storage/database/contract.ts';
import { openDatabase } from './storage/database/open-database.ts';
import { createJobs } from './storage/jobs/create-jobs.ts';
import { jobMigrations } from './storage/jobs/migrations.ts';
import { openKeyring } from './storage/keys/keyring.ts';
import type { ObjectStore } from './storage/objects/contract.ts';
import { openFolderStore } from './storage/objects/folder.ts';
import { createIdentity } from './systems/identity/index.ts';
import { createObjects, objectsMigrations } from './systems/objects/index.ts';
import { createWorkerPool } from './workers/index.ts';

export interface LoamOptions {
  readonly configuration: Configuration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** A running Loam. */
export interface Loam {
  readonly endpoint: string;
  readonly consoleOrigin: string | undefined;
  readonly consoleLink: string | undefined;
  readonly rootKey: RootKey;
  /** Ends within about eight seconds: requests under way first, then jobs, which go on after the next start. */
  stop(): Promise<void>;
}

const MIGRATIONS = [...jobMigrations, ...accessMigrations, ...objectsMigrations];
const SWEEP_MS = 60_000;
const STOP = { requestsMs: 3000, jobsMs: 4000 };

/** Starts everything: storage, access, the systems, the endpoint and the console. */
export async function startLoam(options: LoamOptions): Promise<Loam> {
  const { configuration, environment, log } = options;
  const [clock, ids] = [systemClock, randomIds];
  const database = await openDatabase({ ...databaseOptions(configuration), migrations: MIGRATIONS, log });
  const keyring = openKeyring(configuration.data);
  const rootKey = ensureRootKey({ environment, dataFolder: configuration.data, ids });
  const accessKeys = createAccessKeys({
    database,
    keyring,
    clock,
    ids,
    root: { ...rootKey, account: configuration.account },
  });
  const jobs = createJobs({ database, clock, log, instance: ids.uuid() });
  const workers = createWorkerPool();
  const pageTokens = createPageTokens(keyring.derive('page-tokens'));
  const objectStore = await openFolderStore({ folder: join(configuration.data, 'objects'), ids });
  const objects = createObjects({ database, store: objectStore, pageTokens, clock, ids, log });
  const sweeper = every(SWEEP_MS, () => objects.sweep(), { name: 'sweep of removed bytes', log });
  const serving = await serve({
    ...{
      configuration,
      accessKeys,
      clock,
      ids,
      log,
      version: VERSION,
      services: [objects.operations, createIdentity().operations],
      loamOperations: [],
    },
    health: () => healthOf(database, objectStore),
    coverage: async () => ({}),
    consoleFolder: fileURLToPath(new URL('./console/', import.meta.url)),
  });
  await jobs.start([]);
  return {
    endpoint: serving.endpoint,
    consoleOrigin: serving.console?.origin,
    consoleLink: serving.console?.link(),
    rootKey,
    async stop() {
      await serving.stop(STOP.requestsMs);
      await jobs.stop(STOP.jobsMs);
      await sweeper.stop();
      await workers.close();
      await database.close();
    },
  };
}

const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

function databaseOptions(configuration: Configuration) {
  const form = configuration.database === 'auto' ? undefined : configuration.database;
  return { url: configuration.databaseUrl, dataFolder: configuration.data, form };
}

async function healthOf(database: Database, store: ObjectStore) {
  const [row] = await database.system<{ one: number }>('select 1 as one');
  return { ready: row?.one === 1, version: VERSION, database: database.describe(), objects: store.describe() };
}
