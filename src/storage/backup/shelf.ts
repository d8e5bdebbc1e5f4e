import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../make-folder.ts';
import { syncDirectory } from '../objects/folder-layout.ts';
import { openRemoteBucket } from '../objects/remote-bucket.ts';
import { type KeySources, readBucketUrl } from '../objects/s3-url.ts';

/** Where backups are kept: files by name, each there whole or not at all. */
export interface Shelf {
  put(name: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** @returns undefined when there is no such file */
  read(name: string): Promise<Readable | undefined>;
  /** Names that begin with a prefix that ends in a slash, in order. */
  list(prefix: string): AsyncIterable<string>;
  remove(name: string): Promise<void>;
  /** The URL that leads here; without keys. */
  readonly where: string;
  close(): void;
}

/**
 * Opens a folder (a path or `file://`) or a place in a bucket (`s3://bucket/prefix?endpoint=…`).
 *
 * @throws LoamError `objects-url-invalid`, `storage-unavailable`, `folder-unusable`
 */
export async function openShelf(where: string, sources: KeySources): Promise<Shelf> {
  if (!where.startsWith('s3:')) return folderShelf(where.startsWith('file:') ? fileURLToPath(where) : resolve(where));
  const bucket = await openRemoteBucket(readBucketUrl(where, sources));
  return {
    where,
    async put(name, source) {
      await bucket.put(source, () => name);
    },
    read: (name) => bucket.read(name),
    async *list(prefix) {
      for await (const { key } of bucket.list(prefix)) yield key;
    },
    remove: (name) => bucket.remove(name),
    close: () => bucket.close(),
  };
}

const UNFINISHED = '.part';

function folderShelf(folder: string): Shelf {
  const pathOf = (name: string): string => join(folder, ...name.split('/'));
  return {
    where: folder,
    async put(name, source) {
      const path = pathOf(name);
      makeFolder(dirname(path), 0o700);
      const unfinished = `${path}${UNFINISHED}`;
      await pipeline(source, createWriteStream(unfinished, { mode: 0o600 }));
      await syncFile(unfinished);
      await rename(unfinished, path);
      await syncDirectory(dirname(path));
    },
    async read(name) {
      const handle = await ifThere(open(pathOf(name), 'r'));
      return handle?.createReadStream();
    },
    async *list(prefix) {
      for await (const path of walk(pathOf(prefix))) {
        if (!path.endsWith(UNFINISHED)) yield relative(folder, path).split(sep).join('/');
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    close: () => undefined,
  };
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries = (await ifThere(readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
