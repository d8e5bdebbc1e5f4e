import type { Log } from './core/log.ts';
import type { Forget } from './storage/backup/import-database.ts';
import { openShelf, type Shelf } from './storage/backup/shelf.ts';
import { readTombstones, writeTombstones } from './storage/backup/tombstones.ts';
import type { Database } from './storage/database/contract.ts';
import type { KeySources } from './storage/objects/s3-url.ts';
import {
  applyKeyTombstones,
  KEY_CHANNEL,
  type KeyTombstone,
  selectKeyTombstones,
  selectLivingKeys,
} from './systems/kms/index.ts';

/** Tells the shelves that hold backups of this database which keys were destroyed since. */
export interface ShelfWatch {
  /** To be called now and then; it is called by itself when a key changes. */
  tell(): Promise<void>;
  stop(): Promise<void>;
}

// Several changes at once are told together.
const GATHER_MS = 200;

/** A backup must not be a way around the deletion of a key: its shelf is told, and a restore asks the shelf. */
export function watchShelves(database: Database, sources: KeySources, log: Log): ShelfWatch {
  let telling: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): Promise<void> => {
    telling = telling.then(() => tellAll(database, sources, log));
    return telling;
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void tell();
    }, GATHER_MS).unref();
  };
  const stopListening = database.listen(KEY_CHANNEL, { heard: soon, missed: () => undefined });
  return {
    tell,
    async stop() {
      stopListening();
      clearTimeout(timer);
      await telling;
    },
  };
}

async function tellAll(database: Database, sources: KeySources, log: Log): Promise<void> {
  try {
    const shelves = await database.system<{ url: string }>('select url from backup_shelves order by url');
    for (const { url } of shelves) await tellOne(database, url, sources, log);
  } catch (error) {
    log.warn({ error: String(error) }, 'It could not be read which keys were destroyed');
  }
}

async function tellOne(database: Database, url: string, sources: KeySources, log: Log): Promise<void> {
  let shelf: Shelf | undefined;
  try {
    shelf = await openShelf(url, sources);
    await writeTombstonesOf(database, shelf);
  } catch (error) {
    log.warn({ shelf: url, error: String(error) }, 'A shelf of backups could not be told which keys were destroyed');
  } finally {
    shelf?.close();
  }
}

/** Writes down on one shelf which keys of this database were destroyed or are going to be. */
export async function writeTombstonesOf(database: Pick<Database, 'system'>, shelf: Shelf): Promise<void> {
  const tombstones = (await selectKeyTombstones(database)).map((key) => ({ ...key, name: nameOf(key) }));
  await writeTombstones(shelf, tombstones, {
    living: async (names) => (await selectLivingKeys(database, names.map(keyOf))).map(nameOf),
  });
}

/** For a restore: keys that the shelf says were destroyed are destroyed, in the transaction that brings the rows back. */
export async function forgetDestroyedKeys(shelf: Shelf): Promise<Forget> {
  const tombstones = (await readTombstones(shelf)).map(({ name, deletionAt }) => ({ ...keyOf(name), deletionAt }));
  return async (statements) => {
    const [made] = await statements.system("select 1 where to_regclass('kms_keys') is not null");
    if (made) await applyKeyTombstones(statements, tombstones);
  };
}

type KeyName = Pick<KeyTombstone, 'account' | 'region' | 'keyId'>;

function nameOf({ account, region, keyId }: KeyName): string {
  return `${account}.${region}.${keyId}`;
}

function keyOf(name: string): KeyName {
  const [account = '', region = '', keyId = ''] = name.split('.');
  return { account, region, keyId };
}
