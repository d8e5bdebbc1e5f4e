/** Folders of this machine that the operator has mirrored into buckets. */
import { type FSWatcher, watch } from 'node:fs';
import type { Migration } from '../../storage/database/contract.ts';
import type { Objects } from '../objects/index.ts';
import { mirroredFiles } from './migrations/0001-mirrored-files.ts';
import { type MirrorContext, mirrorFolder } from './mirror.ts';

export const foldersMigrations: readonly Migration[] = [mirroredFiles];

export interface FoldersOptions extends Omit<MirrorContext, 'objects'> {
  readonly objects: Pick<Objects, 'putObject' | 'removeObject' | 'listObjects' | 'createBucket'>;
  /** From buckets to folders. */
  readonly folders: Readonly<Record<string, string>>;
}

export interface Folders {
  /** Looks at every folder once. To be called every few seconds; what the system tells of changes comes in between. */
  look(): Promise<void>;
  /** Ends a look under way. */
  close(): Promise<void>;
}

const HINT_MS = 250;
const AGAIN_MS = 1_100;
// Watching each of a great many folders costs the system more than looking at them now and then.
const MOST_WATCHED = 500;
// The bucket itself is compared at first and then this often.
const VERIFY_EVERY = 100;

export function createFolders(options: FoldersOptions): Folders {
  const stopping = new AbortController();
  const mirrors = Object.entries(options.folders).map(([bucket, folder]) =>
    createMirror(options, { bucket, folder }, stopping.signal),
  );
  return {
    async look() {
      for (const mirror of mirrors) await mirror.look();
    },
    async close() {
      stopping.abort(new Error('The server is stopping.'));
      await Promise.all(mirrors.map((mirror) => mirror.close()));
    },
  };
}

function createMirror(
  options: FoldersOptions,
  { bucket, folder }: { bucket: string; folder: string },
  signal: AbortSignal,
): Folders {
  const { log, objects, scope } = options;
  const watchers = new Map<string, FSWatcher>();
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;

  const once = async (): Promise<void> => {
    try {
      const isFirst = looks === 0;
      if (isFirst) await objects.createBucket(scope, bucket);
      const mirrored = await mirrorFolder(options, { folder, bucket, verify: looks % VERIFY_EVERY === 0 }, signal);
      looks += 1;
      if (isFirst || mirrored.put + mirrored.deleted > 0)
        log.info({ folder, bucket, ...countsOf(mirrored) }, 'A folder was mirrored');
      watchFolders(mirrored.folders);
      if (mirrored.unsettled > 0) lookIn(AGAIN_MS);
    } catch (error) {
      if (!signal.aborted) log.warn({ folder, bucket, error: String(error) }, 'A folder could not be mirrored');
    }
  };

  const look = (): Promise<void> => {
    if (signal.aborted) return Promise.resolve();
    looking ??= once().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  const lookIn = (milliseconds: number): void => {
    if (signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), milliseconds).unref();
  };

  const watchFolders = (folders: readonly string[]): void => {
    const wanted = new Set(folders.slice(0, MOST_WATCHED));
    for (const [path, watcher] of watchers) if (!wanted.has(path)) stopWatching(path, watcher);
    for (const path of wanted) if (!watchers.has(path)) startWatching(path);
  };

  const stopWatching = (path: string, watcher: FSWatcher): void => {
    watchers.delete(path);
    watcher.close();
  };

  const startWatching = (path: string): void => {
    try {
      const watcher = watch(path, { persistent: false }, () => lookIn(HINT_MS));
      watcher.on('error', () => stopWatching(path, watcher));
      watchers.set(path, watcher);
    } catch (error) {
      // There are only so many of them in a system: then the regular looks have to do.
      log.debug({ path, error: String(error) }, 'A folder is not watched');
    }
  };

  return {
    look,
    async close() {
      clearTimeout(timer);
      for (const [path, watcher] of watchers) stopWatching(path, watcher);
      await looking;
    },
  };
}

function countsOf({ put, deleted }: { put: number; deleted: number }) {
  return { put, deleted };
}
