import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import { exportDatabase } from './backup/export-database.ts';
import { importDatabase } from './backup/import-database.ts';
import { BACKUP_FORMAT, type Manifest } from './backup/manifest.ts';
import { openShelf } from './backup/shelf.ts';
import type { Migration } from './database/contract.ts';
import { clusterOf, isMade } from './database/embedded/cluster.ts';
import { openDatabase } from './database/open-database.ts';
import { pgliteFolderOf } from './database/pglite/open-pglite.ts';

export type FolderForm = 'embedded' | 'pglite';

export interface Conversion {
  readonly dataFolder: string;
  readonly to: FolderForm;
  readonly migrations: readonly Migration[];
  /** The `bin` folder of the PostgreSQL that made the cluster, when it is another major version than ours. */
  readonly oldBinaries?: string | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** Now, as a file name may hold it. */
  readonly stamp: string;
}

export interface Converted {
  readonly tables: number;
  readonly rows: number;
  /** The dump, and the database as it was: both may be removed when all is well. */
  readonly dump: string;
  readonly keptAside: string;
}

/** Which form of database a data folder has; PGlite goes first where a conversion was cut short. */
export function formOf(dataFolder: string): FolderForm | undefined {
  if (existsSync(pgliteFolderOf(dataFolder))) return 'pglite';
  return isMade(clusterOf(dataFolder)) ? 'embedded' : undefined;
}

/** The major version of PostgreSQL that made the cluster of a data folder. */
export function clusterVersion(dataFolder: string): string | undefined {
  const path = join(clusterOf(dataFolder).data, 'PG_VERSION');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/**
 * Brings the database of a data folder into another form, or to another major version of PostgreSQL: dump, load beside the old
 * one, and only then put it in its place. The old one is kept aside.
 *
 * @throws LoamError as `openDatabase` does; the old database is as it was then.
 */
export async function convertDatabase(conversion: Conversion): Promise<Converted> {
  const { dataFolder, to, stamp } = conversion;
  const building = join(dataFolder, 'converting');
  const dump = join(dataFolder, `database-dump-${stamp}`);
  rmSync(building, { recursive: true, force: true });
  const manifest = await dumpTo(dump, conversion);
  try {
    await load(dump, manifest, building, conversion);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
  const keptAside = putInPlace(dataFolder, building, to, stamp);
  const rows = manifest.tables.reduce((sum, { file }) => sum + file.lines, 0);
  return { tables: manifest.tables.length, rows, dump, keptAside };
}

async function dumpTo(folder: string, conversion: Conversion): Promise<Manifest> {
  const { dataFolder, migrations, log, signal, oldBinaries } = conversion;
  const form = formOf(dataFolder);
  const database = await openDatabase({ dataFolder, migrations, log, signal, form, oldBinaries });
  const shelf = await openShelf(folder, { environment: {} });
  try {
    const exported = await exportDatabase(database, shelf, 'database');
    const { form: from, version } = database.describe();
    return {
      ...{ format: BACKUP_FORMAT, name: 'database', createdAt: conversion.stamp, version: '' },
      ...exported,
      database: { form: from, version },
      bytes: [],
    };
  } finally {
    await database.close();
  }
}

async function load(dump: string, manifest: Manifest, building: string, conversion: Conversion): Promise<void> {
  const { to: form, migrations, log, signal } = conversion;
  const database = await openDatabase({ dataFolder: building, migrations, log, signal, form, leaveSchema: true });
  try {
    const shelf = await openShelf(dump, { environment: {} });
    await importDatabase(database, shelf, manifest, migrations, async () => undefined);
  } finally {
    await database.close();
  }
}

/**
 * The new one first: where this is cut short, PGlite is taken, which is then the new one or the old one, and whole in both
 * cases.
 */
function putInPlace(dataFolder: string, building: string, to: FolderForm, stamp: string): string {
  const places = { embedded: clusterOf(dataFolder).folder, pglite: pgliteFolderOf(dataFolder) };
  const made = { embedded: clusterOf(building).folder, pglite: pgliteFolderOf(building) };
  const from = formOf(dataFolder) ?? to;
  const keptAside = `${places[from]}.before-${stamp}`;
  if (from === to) renameSync(places[from], keptAside);
  // Of a conversion that was cut short.
  else if (existsSync(places[to])) renameSync(places[to], `${places[to]}.unfinished-${stamp}`);
  renameSync(made[to], places[to]);
  if (from !== to) renameSync(places[from], keptAside);
  rmSync(building, { recursive: true, force: true });
  return keptAside;
}
