import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { untilAborted } from '../../core/abortable.ts';
import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import { makeFolder } from '../make-folder.ts';
import type { ObjectStore } from './contract.ts';
import { isBytesId } from './folder-layout.ts';

export interface LocalCopiesOptions {
  readonly folder: string;
  /** What copies may take; those that are in use stay even so. */
  readonly maxBytes: number;
  readonly ids: Ids;
}

const IN_USE_MS = 600_000;
const UNFINISHED = '.part';
const UNFINISHED_MS = 3_600_000;

/**
 * The same store, with copies of what workers read on this machine: the least recently used ones go when there is too little
 * room. A copy appears whole, under its id, when its hash was verified; a process that shares the folder, or is killed, spoils
 * nothing.
 */
export function withLocalCopies(store: ObjectStore, options: LocalCopiesOptions): ObjectStore {
  const { folder } = options;
  makeFolder(folder, 0o700);
  const fetching = new Map<string, Promise<string>>();
  const fetchOnce = (id: string): Promise<string> => {
    const underWay = fetching.get(id);
    if (underWay) return underWay;
    const started = copy(store, options, id).finally(() => fetching.delete(id));
    fetching.set(id, started);
    return started;
  };
  return {
    ...store,
    async localCopy(id, { signal } = {}) {
      if (!isBytesId(id)) throw new LoamError('bytes-missing', { id });
      const path = join(folder, id);
      if (await touch(path)) return path;
      // It goes on without whoever gave up: another may wait for the same one.
      return untilAborted(fetchOnce(id), signal);
    },
    async remove(id) {
      await store.remove(id);
      if (isBytesId(id)) await rm(join(folder, id), { force: true });
    },
  };
}

async function copy(store: ObjectStore, options: LocalCopiesOptions, id: string): Promise<string> {
  const { folder, ids } = options;
  const path = join(folder, id);
  const unfinished = `${path}.${ids.bytes(8).toString('hex')}${UNFINISHED}`;
  try {
    await pipeline(await store.read(id), createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new LoamError('storage-full', {}, { cause: error });
    throw error;
  }
  await makeRoom(options);
  return path;
}

/** Removes the copies that were used least recently, and what was left of killed processes. */
async function makeRoom({ folder, maxBytes }: LocalCopiesOptions): Promise<void> {
  const now = Date.now();
  const files = await filesOf(folder);
  let total = 0;
  for (const { path, size, usedAt } of files.toSorted((one, other) => other.usedAt - one.usedAt)) {
    const isUnfinished = path.endsWith(UNFINISHED);
    total += size;
    const mayGo = now - usedAt > (isUnfinished ? UNFINISHED_MS : IN_USE_MS);
    if (!mayGo || (total <= maxBytes && !isUnfinished)) continue;
    await rm(path, { force: true });
    total -= size;
  }
}

async function filesOf(folder: string): Promise<{ path: string; size: number; usedAt: number }[]> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const status = await ifThere(stat(path));
      return status && { path, size: status.size, usedAt: status.mtimeMs };
    }),
  );
  return found.filter((file) => file !== undefined);
}

/** Notes that a copy is used now. The time is kept in the file itself, for every process that shares the folder. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return (await ifThere(utimes(path, now, now).then(() => true))) ?? false;
}

async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
