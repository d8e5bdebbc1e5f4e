import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { abortable } from '../../core/abortable.ts';
import { LoamError } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { ByteRange, ObjectStore, StoredBytes, StoredEntry } from './contract.ts';
import { type FolderLayout, isBytesId, prepareFolder, syncDirectory } from './folder-layout.ts';

const RANDOM_BYTES = 8;
// A disk takes 256 KiB in one go much faster than the 16 to 64 KiB pieces that a socket gives.
const BATCH_BYTES = 256 * 1024;
const READ_BYTES = 128 * 1024;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

export interface FolderOptions {
  readonly folder: string;
  readonly ids: Ids;
  /** Another process may be writing into it: a backup beside a running server. What it has not finished stays. */
  readonly beside?: boolean;
}

/** The object store in a folder of this machine. One process at a time may have it open (the data folder's lock). */
export async function openFolderStore({ folder, ids, beside = false }: FolderOptions): Promise<ObjectStore> {
  const layout = await prepareFolder(folder, { beside });
  return {
    write: (source, { id, signal } = {}) => write(layout, ids, signal ? abortable(source, signal) : source, id),
    read: (id, options = {}) => read(layout, id, options),
    remove: (id) => remove(layout, id),
    list: () => list(layout),
    entries: () => entries(layout),
    // What a crash left is removed when the folder is opened; nobody else writes into it.
    removeUnfinished: async () => 0,
    localPath: (id) => (isBytesId(id) ? layout.placeOf(id).path : undefined),
    describe: () => ({ form: 'folder', where: folder }),
  };
}

async function write(
  layout: FolderLayout,
  ids: Ids,
  source: AsyncIterable<Uint8Array>,
  wanted: string | undefined,
): Promise<StoredBytes> {
  const random = ids.bytes(RANDOM_BYTES).toString('hex');
  const temporary = layout.temporaryPath(random);
  const hash = createHash('sha256');
  let path = temporary;
  try {
    const size = await writeFile(temporary, source, hash);
    const sha256 = hash.digest('hex');
    const id = wanted ?? `${sha256}-${random}`;
    if (!isBytesId(id) || !id.startsWith(sha256)) throw new LoamError('bytes-missing', { id });
    const place = layout.placeOf(id);
    await rename(temporary, place.path);
    path = place.path;
    await syncDirectory(place.directory);
    return { id, size, sha256 };
  } catch (error) {
    await rm(path, { force: true });
    throw asStorageFull(error);
  }
}

/** Writes and fsyncs a new file. @returns its size in bytes */
async function writeFile(path: string, source: AsyncIterable<Uint8Array>, hash: Hash): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const batch of batches(source)) {
      hash.update(batch);
      size += batch.length;
      await writeAll(handle, batch);
    }
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

async function* batches(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < BATCH_BYTES) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}

// One write may take less than it was given, most of all when the disk is nearly full.
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done);
    done += bytesWritten;
  }
}

async function read(
  layout: FolderLayout,
  id: string,
  { range, signal }: { range?: ByteRange; signal?: AbortSignal },
): Promise<Readable> {
  signal?.throwIfAborted();
  const handle = await openBytes(layout, id);
  const stream = handle.createReadStream({ highWaterMark: READ_BYTES, ...range });
  return signal ? addAbortSignal(signal, stream) : stream;
}

async function openBytes(layout: FolderLayout, id: string): Promise<FileHandle> {
  if (!isBytesId(id)) throw new LoamError('bytes-missing', { id });
  try {
    return await open(layout.placeOf(id).path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new LoamError('bytes-missing', { id }, { cause: error });
    throw error;
  }
}

// Not made durable: what a power cut brings back, the next collection of unused bytes removes again.
async function remove(layout: FolderLayout, id: string): Promise<void> {
  if (isBytesId(id)) await rm(layout.placeOf(id).path, { force: true });
}

async function* list(layout: FolderLayout): AsyncGenerator<string> {
  for (const directory of layout.directories) {
    for await (const entry of await opendir(directory)) {
      if (isBytesId(entry.name)) yield entry.name;
    }
  }
}

async function* entries(layout: FolderLayout): AsyncGenerator<StoredEntry> {
  for await (const id of list(layout)) {
    const { path } = layout.placeOf(id);
    const found = await stat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found) yield { id, size: found.size, writtenAt: found.mtime };
  }
}

function asStorageFull(error: unknown): unknown {
  return FULL.has(codeOf(error)) ? new LoamError('storage-full', {}, { cause: error }) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
