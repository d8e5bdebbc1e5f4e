import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { Objects } from '../objects/index.ts';
import { type Ignore, readIgnore } from './ignore.ts';
import {
  deleteMirroredFile,
  type MirroredFile,
  selectMirroredFiles,
  upsertMirroredFile,
} from './tables/mirrored-files.ts';
import { type FoundFile, stampOf, walkFolder } from './walk.ts';

export interface MirrorContext {
  readonly database: Database;
  readonly objects: Pick<Objects, 'putObject' | 'removeObject' | 'listObjects'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The account that the buckets are in. */
  readonly scope: Scope;
}

export interface Mirrored {
  readonly put: number;
  readonly deleted: number;
  /** Files that are being written: to be looked at again in a moment. */
  readonly unsettled: number;
  readonly folders: readonly string[];
}

// A file that was changed this lately may still be being written.
const SETTLED_MS = 1_000;
const IGNORE_FILE = '.loamignore';

/**
 * Brings a bucket to what a folder holds: puts files that are new or have another content, deletes objects whose files are
 * gone. Objects that did not come from the folder are left alone. A folder that holds nothing at all deletes nothing: it is
 * more likely to be a disk that is not mounted.
 *
 * @throws the error of the system when the folder cannot be read; LoamError as `putObject` does
 */
export async function mirrorFolder(
  context: MirrorContext,
  { folder, bucket, verify }: { folder: string; bucket: string; verify: boolean },
  signal: AbortSignal,
): Promise<Mirrored> {
  const { files, folders, skipped } = await walkFolder(folder, await ignoreOf(folder));
  if (skipped.length > 0)
    context.log.debug({ folder, skipped: skipped.slice(0, 100) }, 'Files of a folder were left out');
  const known = new Map(
    (await selectMirroredFiles(context.database, context.scope, bucket)).map((file) => [file.key, file]),
  );
  if (verify) await forgetWhatIsGone(context, bucket, known, signal);
  const counts = { put: 0, same: 0, deleted: 0, unsettled: 0 };
  for (const file of files) {
    signal.throwIfAborted();
    const before = known.get(file.key);
    known.delete(file.key);
    if (before?.stamp === file.stamp) continue;
    if (context.clock.now() - file.changedAt < SETTLED_MS) counts.unsettled += 1;
    else counts[await bring(context, bucket, file, before, signal)] += 1;
  }
  if (files.length === 0 && known.size > 0) {
    context.log.warn({ folder, bucket }, 'A watched folder is empty: nothing is deleted from its bucket');
    return { ...counts, folders };
  }
  for (const key of known.keys()) {
    // What cannot be read now is not gone.
    if (skipped.some(({ path }) => key === path || key.startsWith(`${path}/`))) continue;
    await context.objects.removeObject(context.scope, bucket, key);
    await deleteMirroredFile(context.database, context.scope, { bucket, key });
    counts.deleted += 1;
  }
  return { ...counts, folders };
}

async function ignoreOf(folder: string): Promise<Ignore> {
  try {
    return readIgnore(await readFile(join(folder, IGNORE_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return readIgnore('');
    throw error;
  }
}

/** Objects that somebody else deleted or wrote over are put again. */
async function forgetWhatIsGone(
  { objects, scope }: MirrorContext,
  bucket: string,
  known: Map<string, MirroredFile>,
  signal: AbortSignal,
): Promise<void> {
  const sizes = new Map<string, number>();
  for await (const { key, size } of objects.listObjects(scope, bucket, { signal })) sizes.set(key, size);
  for (const [key, file] of known) if (sizes.get(key) !== file.size) known.set(key, { ...file, stamp: '', sha256: '' });
}

/** @returns what was done with the file; `same` where only its attributes had changed */
async function bring(
  context: MirrorContext,
  bucket: string,
  found: FoundFile,
  before: MirroredFile | undefined,
  signal: AbortSignal,
): Promise<'put' | 'same' | 'unsettled'> {
  const handle = await openFile(found.path);
  if (!handle) return 'unsettled';
  try {
    const { key, size, stamp } = found;
    const mirrored = { bucket, key, size, stamp };
    if (before?.size === size && before.sha256 !== '') {
      const sha256 = await hashOf(handle, signal);
      if (sha256 === before.sha256 && stampOf(await handle.stat()) === stamp) {
        await upsertMirroredFile(context.database, context.scope, { ...mirrored, sha256 });
        return 'same';
      }
    }
    const hash = createHash('sha256');
    await context.objects.putObject(context.scope, bucket, key, { body: hashed(handle, hash), signal });
    // Written to while it was read: what was put is replaced by the next look.
    if (stampOf(await handle.stat()) !== stamp) return 'unsettled';
    await upsertMirroredFile(context.database, context.scope, { ...mirrored, sha256: hash.digest('hex') });
    return 'put';
  } finally {
    await handle.close();
  }
}

/** The last part of the path is never followed: it may have become a link since it was looked at. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'EACCES') return undefined;
    throw error;
  }
}

async function hashOf(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(streamOf(handle), hash, { signal });
  return hash.digest('hex');
}

async function* hashed(handle: FileHandle, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const part of streamOf(handle) as AsyncIterable<Buffer>) {
    hash.update(part);
    yield part;
  }
}

function streamOf(handle: FileHandle) {
  return createReadStream('', { fd: handle, start: 0, autoClose: false });
}
