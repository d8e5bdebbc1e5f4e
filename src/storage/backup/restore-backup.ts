import { LoamError } from '../../core/errors.ts';
import type { Migration } from '../database/contract.ts';
import type { PooledDatabase } from '../database/pooled-database.ts';
import type { ObjectStore } from '../objects/contract.ts';
import type { StoreName } from '../open-stores.ts';
import { type Copied, copyFromShelf } from './copy-bytes.ts';
import { readLines, readText, verifyFile } from './files.ts';
import { type Forget, importDatabase, isEmptyDatabase } from './import-database.ts';
import { type BackupKeys, openKeys } from './key-file.ts';
import { listBackups, type Manifest, readManifest } from './manifest.ts';
import type { Shelf } from './shelf.ts';

export interface RestoreTarget {
  readonly database: PooledDatabase;
  readonly stores: Readonly<Record<StoreName, ObjectStore>>;
  readonly migrations: readonly Migration[];
}

export interface RestoreOptions {
  readonly shelf: Shelf;
  readonly manifest: Manifest;
  /** Makes what was destroyed since the backup unreadable again, in the transaction that brings the rows back. */
  readonly forget: Forget;
  readonly signal: AbortSignal;
  readonly report?: ((step: string) => void) | undefined;
}

export interface RestoreReport {
  readonly name: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: Readonly<Record<StoreName, Copied>>;
}

/** The newest finished backup of a shelf, or the one of that name. @throws LoamError as `readManifest` does */
export async function chooseBackup(shelf: Shelf, name: string | undefined): Promise<Manifest> {
  const newest = name ?? (await listBackups(shelf)).at(-1);
  if (newest === undefined) throw new LoamError('backup-not-found', { where: shelf.where, backup: 'at all' });
  return readManifest(shelf, newest);
}

/** The root keys of a backup that was made with them. @throws LoamError `backup-damaged`, `passphrase-unusable` */
export async function readBackupKeys(shelf: Shelf, manifest: Manifest, passphrase: string): Promise<BackupKeys> {
  if (!manifest.keys) throw new LoamError('passphrase-unusable', { problem: 'opens nothing: the backup has no keys' });
  await verifyFile(shelf, manifest.keys);
  return openKeys((await readText(shelf, manifest.keys.name)) ?? '', passphrase);
}

/**
 * Brings a backup back, whatever forms of database and object store it came from. Every file is verified before a row is
 * written; bytes come first, then all rows in one transaction, so that an interrupted restore can be run again.
 *
 * @throws LoamError `restore-target-used`, `backup-damaged` naming the file, `backup-newer`
 */
export async function restoreBackup(target: RestoreTarget, options: RestoreOptions): Promise<RestoreReport> {
  const { shelf, manifest, report, signal } = options;
  await checkEmpty(target, options);
  report?.('checking the files');
  for (const { file } of [...manifest.tables, ...manifest.bytes]) await verifyFile(shelf, file);
  const none = { copied: 0, present: 0, bytes: 0 };
  const bytes: Record<StoreName, Copied> = { objects: none, segments: none };
  for (const { store, file } of manifest.bytes) {
    report?.(`the bytes of ${file.lines} ${store}`);
    bytes[store] = await copyFromShelf({ shelf, store: target.stores[store], name: store, file: file.name, signal });
  }
  report?.('the tables');
  signal.throwIfAborted();
  await importDatabase(target.database, shelf, manifest, target.migrations, options.forget);
  const rows = manifest.tables.reduce((sum, { file }) => sum + file.lines, 0);
  return { name: manifest.name, tables: manifest.tables.length, rows, bytes };
}

/** Bytes of the same backup may be there: of a restore that was interrupted. */
async function checkEmpty({ database, stores }: RestoreTarget, { shelf, manifest }: RestoreOptions): Promise<void> {
  if (!(await isEmptyDatabase(database))) throw new LoamError('restore-target-used', { what: 'the database' });
  for (const { store, file } of manifest.bytes) {
    let wanted: Set<string> | undefined;
    for await (const id of stores[store].list()) {
      wanted ??= await idsOf(shelf, file.name);
      if (!wanted.has(id)) throw new LoamError('restore-target-used', { what: `the store of ${store}` });
    }
  }
}

async function idsOf(shelf: Shelf, file: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const id of readLines(shelf, file)) ids.add(id);
  return ids;
}
