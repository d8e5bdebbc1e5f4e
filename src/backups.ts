import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from './config.ts';
import { systemClock } from './core/clock.ts';
import { LoamError } from './core/errors.ts';
import { randomIds } from './core/ids.ts';
import { writeTombstonesOf } from './shelf-watch.ts';
import { type BackupPlan, type BackupReport, createBackup, planBackup } from './storage/backup/create-backup.ts';
import type { BackupKeys } from './storage/backup/key-file.ts';
import { openShelf } from './storage/backup/shelf.ts';
import type { PooledDatabase } from './storage/database/pooled-database.ts';
import { readRootEncryptionKey } from './storage/keys/root-encryption-key.ts';
import type { ObjectStore } from './storage/objects/contract.ts';
import type { KeySources } from './storage/objects/s3-url.ts';

/** What a backup is taken of: of a running server, or of what the command line has opened. */
export interface BackupGround {
  readonly configuration: Configuration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly database: PooledDatabase;
  readonly objectStore: ObjectStore;
  readonly segmentStore: ObjectStore;
  readonly version: string;
}

export interface BackupRequest {
  /** A folder, or `s3://bucket/prefix?…`. */
  readonly to: string;
  /** Keep the root keys too, encrypted under what this file holds. */
  readonly passphraseFile?: string | undefined;
  readonly plan: boolean;
}

const ROOT_ACCESS_KEY_FILE = 'root-access-key.json';

/** Takes a backup, or says what it would copy. @throws LoamError as `createBackup` does */
export async function takeBackup(
  ground: BackupGround,
  request: BackupRequest,
  { signal, report }: { signal: AbortSignal; report?: (step: string) => void },
): Promise<BackupReport | BackupPlan> {
  const { database, objectStore, segmentStore, version } = ground;
  const stores = { objects: objectStore, segments: segmentStore };
  const source = { ...{ database, stores, version }, clock: systemClock, ids: randomIds };
  const shelf = await openShelf(request.to, keySourcesOf(ground));
  try {
    if (request.plan) return await planBackup(source, shelf);
    const keys =
      request.passphraseFile === undefined ? undefined : await keysFor(ground, request.passphraseFile, signal);
    const done = await createBackup(source, { shelf, keys, signal, report });
    await writeTombstonesOf(database, shelf);
    return done;
  } finally {
    shelf.close();
  }
}

/** Where the access keys of shelves and stores come from. */
export function keySourcesOf({
  configuration,
  environment,
}: Pick<BackupGround, 'configuration' | 'environment'>): KeySources {
  return { environment, keyFile: configuration.objectsKeyFile };
}

async function keysFor({ configuration, environment }: BackupGround, passphraseFile: string, signal: AbortSignal) {
  const { data: dataFolder, rootKeyCommand: command } = configuration;
  const { bytes } = await readRootEncryptionKey({ dataFolder, environment, command, signal });
  const file = join(dataFolder, ROOT_ACCESS_KEY_FILE);
  const keys: BackupKeys = {
    rootKey: bytes.toString('base64'),
    ...(existsSync(file) && { rootAccessKey: readFileSync(file, 'utf8').trim() }),
  };
  return { keys, passphrase: readPassphrase(passphraseFile) };
}

/** The text of a file without the line end at its end. @throws LoamError `passphrase-unusable` */
export function readPassphrase(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new LoamError('passphrase-unusable', { problem: `cannot be read from ${file}` }, { cause });
  }
}
