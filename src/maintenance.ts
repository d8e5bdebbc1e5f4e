import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupRequest, keySourcesOf, readPassphrase, takeBackup } from './backups.ts';
import { systemClock } from './core/clock.ts';
import { LoamError } from './core/errors.ts';
import { randomIds } from './core/ids.ts';
import type { Garbage } from './garbage.ts';
import { type LoamOptions, MIGRATIONS, openGarbage, VERSION } from './loam.ts';
import { forgetDestroyedKeys } from './shelf-watch.ts';
import { readLines } from './storage/backup/files.ts';
import type { BackupKeys } from './storage/backup/key-file.ts';
import type { Manifest } from './storage/backup/manifest.ts';
import { chooseBackup, type RestoreReport, readBackupKeys, restoreBackup } from './storage/backup/restore-backup.ts';
import { openShelf, type Shelf } from './storage/backup/shelf.ts';
import { type Converted, clusterVersion, convertDatabase, formOf } from './storage/convert-database.ts';
import { migrate, pendingMigrations } from './storage/database/migrate.ts';
import { openDatabase } from './storage/database/open-database.ts';
import type { PooledDatabase } from './storage/database/pooled-database.ts';
import { keyringOf } from './storage/keys/keyring.ts';
import { readRootEncryptionKey } from './storage/keys/root-encryption-key.ts';
import { readOrCreateSecretFile } from './storage/keys/secret-file.ts';
import { openStores, type Stores } from './storage/open-stores.ts';

/** What the command line does to a store without a server: each opens what it needs, does one thing and closes it again. */

async function withDatabase<Result>(
  { configuration, log, signal }: LoamOptions,
  work: (database: PooledDatabase) => Promise<Result>,
): Promise<Result> {
  const { databaseUrl: url, data: dataFolder } = configuration;
  const form = configuration.database === 'auto' ? undefined : configuration.database;
  const options = { url, dataFolder, form, migrations: MIGRATIONS, log, signal, leaveSchema: true };
  const database = await openDatabase(options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function openAllStores({ configuration, environment }: LoamOptions): Promise<Stores> {
  const { objectsUrl, objectsKeyFile, segmentCacheMb, data: dataFolder } = configuration;
  const segmentCacheBytes = segmentCacheMb * 2 ** 20;
  const options = { objectsUrl, objectsKeyFile, segmentCacheBytes, dataFolder, environment, ids: randomIds };
  return openStores({ ...options, beside: true });
}

/** @throws LoamError `data-folder-in-use` where a server runs that has to do it itself */
export function backup(options: LoamOptions, request: BackupRequest, report?: (step: string) => void) {
  return withDatabase(options, async (database) => {
    const stores = await openAllStores(options);
    const { configuration, environment, signal = new AbortController().signal } = options;
    const ground = { configuration, environment, database, version: VERSION };
    try {
      const all = { ...ground, objectStore: stores.objects, segmentStore: stores.segments };
      return await takeBackup(all, request, { signal, ...(report && { report }) });
    } finally {
      stores.close();
    }
  });
}

export interface RestoreRequest {
  readonly from: string;
  /** The newest one, without. */
  readonly backup?: string | undefined;
  readonly passphraseFile?: string | undefined;
  readonly plan: boolean;
}

export interface RestorePlan {
  readonly name: string;
  readonly createdAt: string;
  readonly version: string;
  readonly keys: boolean;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly bytes: readonly { readonly store: string; readonly count: number }[];
}

/** Brings a backup into the configured database, store and data folder, which must be empty. */
export async function restore(
  options: LoamOptions,
  request: RestoreRequest,
  report?: (step: string) => void,
): Promise<RestoreReport | RestorePlan> {
  const shelf = await openShelf(request.from, keySourcesOf(options));
  try {
    const manifest = await chooseBackup(shelf, request.backup);
    if (request.plan) return planOf(manifest);
    const keys =
      request.passphraseFile === undefined
        ? undefined
        : await readBackupKeys(shelf, manifest, readPassphrase(request.passphraseFile));
    return await withDatabase(options, (database) => restoreInto(options, database, { shelf, manifest, keys, report }));
  } finally {
    shelf.close();
  }
}

function planOf({ name, createdAt, version, keys, tables, bytes }: Manifest): RestorePlan {
  return {
    ...{ name, createdAt, version, keys: keys !== undefined },
    tables: tables.map((table) => ({ name: table.name, rows: table.file.lines })),
    bytes: bytes.map(({ store, file }) => ({ store, count: file.lines })),
  };
}

interface Restoring {
  readonly shelf: Shelf;
  readonly manifest: Manifest;
  readonly keys: BackupKeys | undefined;
  readonly report: ((step: string) => void) | undefined;
}

async function restoreInto(
  options: LoamOptions,
  database: PooledDatabase,
  restoring: Restoring,
): Promise<RestoreReport> {
  const { shelf, manifest, report } = restoring;
  await requireKeys(options, restoring);
  const stores = await openAllStores(options);
  try {
    const target = { database, stores, migrations: MIGRATIONS };
    const { signal = new AbortController().signal } = options;
    const forget = await forgetDestroyedKeys(shelf);
    const done = await restoreBackup(target, { shelf, manifest, forget, signal, report });
    if (restoring.keys) writeKeys(options, restoring.keys);
    return done;
  } finally {
    stores.close();
  }
}

const ROOT_KEY_FILE = 'root.key';
const ROOT_ACCESS_KEY_FILE = 'root-access-key.json';

/** What was sealed can be opened with the same root key alone: better said before than after. */
async function requireKeys(options: LoamOptions, { shelf, manifest, keys }: Restoring): Promise<void> {
  const wanted = await rootKeyCheckOf(shelf, manifest);
  if (wanted === undefined) return;
  const root = keys ? Buffer.from(keys.rootKey, 'base64') : await readConfiguredKey(options);
  if (root && keyringOf(root).derive('root-key-check').toString('hex') === wanted) return;
  throw new LoamError('root-key-unusable', {
    source: root ? 'The root key of this place' : 'This place',
    problem:
      `${root ? 'is not the one' : 'has no root key, and needs the one'} that the backup was made with: give --passphrase-file ` +
      'for a backup that was made --with-keys, or LOAM_ROOT_KEY, or put root.key into the data folder',
  });
}

async function readConfiguredKey({ configuration, environment, signal }: LoamOptions): Promise<Buffer | undefined> {
  const { data: dataFolder, rootKeyCommand: command } = configuration;
  const isGiven = environment.LOAM_ROOT_KEY !== undefined || command !== undefined;
  // Without this look a new key would be made.
  if (!isGiven && !existsSync(join(dataFolder, ROOT_KEY_FILE))) return undefined;
  return (await readRootEncryptionKey({ dataFolder, environment, command, signal })).bytes;
}

async function rootKeyCheckOf(shelf: Shelf, { tables }: Manifest): Promise<string | undefined> {
  const table = tables.find(({ name }) => name === 'root_key_check');
  if (!table) return undefined;
  const column = table.columns.findIndex(({ name }) => name === 'check_value');
  for await (const line of readLines(shelf, table.file.name)) {
    return (JSON.parse(line) as string[])[column]?.replace(/^\\x/, '');
  }
  return undefined;
}

function writeKeys({ configuration, environment }: LoamOptions, keys: BackupKeys): void {
  const { data: dataFolder, rootKeyCommand } = configuration;
  if (environment.LOAM_ROOT_KEY === undefined && rootKeyCommand === undefined) {
    const { secret } = readOrCreateSecretFile(dataFolder, ROOT_KEY_FILE, () => keys.rootKey);
    if (secret !== keys.rootKey)
      throw new LoamError('restore-target-used', { what: `${ROOT_KEY_FILE} of the data folder` });
  }
  const { rootAccessKey } = keys;
  if (rootAccessKey !== undefined) readOrCreateSecretFile(dataFolder, ROOT_ACCESS_KEY_FILE, () => rootAccessKey);
}

export interface MigrationReport {
  /** Those that ran, or with a plan: would run. */
  readonly migrations: readonly string[];
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  readonly converted?: Converted;
  /** With a plan: what else would be done. */
  readonly conversion?: string;
}

export interface MigrationRequest {
  readonly plan: boolean;
  readonly oldBinaries?: string | undefined;
}

/** Brings the schema up to date, and where another form was asked for, the database into that. */
export async function migrateDatabase(options: LoamOptions, request: MigrationRequest): Promise<MigrationReport> {
  const { configuration, log, signal } = options;
  const conversion = conversionOf(options, request);
  const { oldBinaries, plan } = request;
  if (conversion && plan) return { migrations: [], tables: [], conversion: conversion.what };
  const { data: dataFolder } = configuration;
  const stamp = new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-');
  const all = { dataFolder, migrations: MIGRATIONS, log, signal, stamp };
  const converted = conversion && (await convertDatabase({ ...all, to: conversion.to, oldBinaries }));
  return withDatabase(options, async (database) => {
    const migrations = await database.session((run) => pendingMigrations(run, MIGRATIONS));
    if (!plan) await database.session((run) => migrate(run, MIGRATIONS));
    return { migrations, tables: await sizesOf(database), ...(converted && { converted }) };
  });
}

function conversionOf({ configuration }: LoamOptions, { oldBinaries }: MigrationRequest) {
  const { data, database: wanted, databaseUrl } = configuration;
  const has = databaseUrl === undefined ? formOf(data) : undefined;
  if (has === undefined) return undefined;
  if (oldBinaries !== undefined) {
    return {
      to: 'embedded' as const,
      what: `The cluster of PostgreSQL ${clusterVersion(data)} is dumped and loaded anew.`,
    };
  }
  if (wanted === 'auto' || wanted === has) return undefined;
  return { to: wanted, what: `The ${has} database is dumped and loaded as ${wanted}; the old one is kept aside.` };
}

async function sizesOf(database: PooledDatabase): Promise<MigrationReport['tables']> {
  return database.session(async (run) => {
    const rows = await run(`select relname as name, greatest(reltuples, 0)::bigint as rows,
      pg_total_relation_size(oid)::bigint as bytes from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace order by bytes desc, name`);
    return rows as MigrationReport['tables'];
  });
}

/** Removes what nobody needs, or says what it would remove. */
export async function collectGarbage(options: LoamOptions, { plan }: { plan: boolean }): Promise<readonly Garbage[]> {
  const { garbage, close } = await openGarbage(options);
  try {
    return await garbage.all({ plan, signal: options.signal ?? new AbortController().signal });
  } finally {
    await close();
  }
}
