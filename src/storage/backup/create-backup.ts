import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { PooledDatabase } from '../database/pooled-database.ts';
import { holdStorage, type StorageLease } from '../leases.ts';
import type { ObjectStore } from '../objects/contract.ts';
import type { StoreName } from '../open-stores.ts';
import { type Copied, copyToShelf, countOnShelf } from './copy-bytes.ts';
import { exportDatabase } from './export-database.ts';
import { writeText } from './files.ts';
import { type BackupKeys, sealKeys } from './key-file.ts';
import { BACKUP_FORMAT, type Manifest, manifestName, manifestText } from './manifest.ts';
import { memoryShelf } from './memory-shelf.ts';
import type { Shelf } from './shelf.ts';

export interface BackupSource {
  readonly database: PooledDatabase;
  readonly stores: Readonly<Record<StoreName, ObjectStore>>;
  readonly version: string;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface BackupOptions {
  readonly shelf: Shelf;
  /** Only when they are asked for: encrypted under the passphrase. */
  readonly keys?: { readonly keys: BackupKeys; readonly passphrase: string } | undefined;
  readonly signal: AbortSignal;
  /** Told in words what is done now. */
  readonly report?: ((step: string) => void) | undefined;
}

export interface BackupReport {
  readonly name: string;
  readonly where: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: Readonly<Record<StoreName, Copied>>;
  readonly keys: boolean;
}

/**
 * Takes a backup while everything goes on: the tables as they are at one moment, and all the bytes that they name then. Bytes
 * that the shelf has already are not copied again; an interrupted backup has no manifest, and the next one goes on with the
 * bytes that it had copied.
 *
 * @throws LoamError `storage-unavailable`, `bytes-missing` when stored bytes are damaged, `passphrase-unusable`
 */
export async function createBackup(source: BackupSource, options: BackupOptions): Promise<BackupReport> {
  const { database, clock, ids } = source;
  const { shelf, keys, report } = options;
  // Before anything is written: a passphrase may be refused.
  const sealed = keys && sealKeys(keys.keys, keys.passphrase);
  const name = `${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}-${ids.bytes(3).toString('hex')}`;
  const lease = await leaseOf(source, name);
  try {
    await rememberShelf(database, shelf);
    report?.('the tables');
    const exported = await exportDatabase(database, shelf, `backups/${name}`);
    const copied = await copyAll(source, options, exported.bytes);
    const keyFile = sealed && { name: `backups/${name}/keys.json`, sha256: sha256Of(sealed) };
    if (sealed && keyFile) await writeText(shelf, keyFile.name, sealed);
    const manifest: Manifest = {
      ...{ format: BACKUP_FORMAT, name, createdAt: new Date(clock.now()).toISOString(), version: source.version },
      ...exported,
      database: { form: database.describe().form, version: database.describe().version },
      bytes: exported.bytes.map(({ store, file }) => ({ store, file, size: copied[store].bytes })),
      ...(keyFile && { keys: keyFile }),
    };
    await writeText(shelf, manifestName(name), manifestText(manifest));
    const rows = exported.tables.reduce((sum, { file }) => sum + file.lines, 0);
    const { tables } = exported;
    return { name, where: shelf.where, tables: tables.length, rows, bytes: copied, keys: sealed !== undefined };
  } finally {
    await lease?.release();
  }
}

async function copyAll(
  { stores }: BackupSource,
  { shelf, signal, report }: BackupOptions,
  lists: readonly { readonly store: StoreName; readonly file: { readonly name: string; readonly lines: number } }[],
): Promise<Record<StoreName, Copied>> {
  const none = { copied: 0, present: 0, bytes: 0 };
  const copied: Record<StoreName, Copied> = { objects: none, segments: none };
  for (const { store, file } of lists) {
    report?.(`the bytes of ${file.lines} ${store}`);
    copied[store] = await copyToShelf({ shelf, store: stores[store], name: store, file: file.name, signal });
  }
  return copied;
}

export interface BackupPlan {
  readonly where: string;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  /** Copied: what would be copied now; present: what the shelf has. */
  readonly bytes: Readonly<Record<StoreName, Omit<Copied, 'bytes'>>>;
}

/** What a backup would copy. Nothing is written. */
export async function planBackup({ database }: BackupSource, shelf: Shelf): Promise<BackupPlan> {
  const memory = memoryShelf(shelf);
  const exported = await exportDatabase(database, memory, 'plan');
  const none = { copied: 0, present: 0 };
  const bytes: Record<StoreName, Omit<Copied, 'bytes'>> = { objects: none, segments: none };
  for (const { store, file } of exported.bytes) {
    const { copied, present } = await countOnShelf({ shelf: memory, name: store, file: file.name });
    bytes[store] = { copied, present };
  }
  return { where: shelf.where, tables: exported.tables.map(({ name, file }) => ({ name, rows: file.lines })), bytes };
}

/** A database that an older version left has no leases; it has no running collector either, since that would have made them. */
async function leaseOf({ database }: BackupSource, name: string): Promise<StorageLease | undefined> {
  return (await hasTable(database, 'storage_leases')) ? holdStorage(database, `backup ${name}`) : undefined;
}

/** So that keys that are destroyed later are told to this shelf as well. */
async function rememberShelf(database: PooledDatabase, { where }: Shelf): Promise<void> {
  if (!(await hasTable(database, 'backup_shelves'))) return;
  await database.system(
    `insert into backup_shelves (url, used_at) values (:where, now())
     on conflict (url) do update set used_at = excluded.used_at`,
    { where },
  );
}

async function hasTable(database: PooledDatabase, name: string): Promise<boolean> {
  const [row] = await database.system<{ made: boolean }>('select to_regclass(:name) is not null as made', { name });
  return row?.made === true;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
