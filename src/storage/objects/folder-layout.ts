import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** Where a folder store keeps what: complete bytes fanned out by the first two hex digits of their hash, and what is being written. */
export interface FolderLayout {
  /** Where the complete bytes of an id lie. Only for what `isBytesId` says is one: nothing else may become a path. */
  placeOf(id: string): { readonly directory: string; readonly path: string };
  temporaryPath(name: string): string;
  /** The 256 directories of complete bytes. */
  readonly directories: readonly string[];
}

const ID = /^[0-9a-f]{64}-[0-9a-f]+$/;
const FAN_OUT = 256;

/**
 * Makes the directories that are missing and removes what an interrupted write left behind.
 *
 * @throws LoamError `folder-unusable`
 */
export async function prepareFolder(folder: string, { beside }: { beside: boolean }): Promise<FolderLayout> {
  const root = join(folder, 'bytes');
  const incoming = join(folder, 'incoming');
  makeFolder(folder, 0o700);
  makeFolder(root, 0o700);
  makeFolder(incoming, 0o700);
  const names = Array.from({ length: FAN_OUT }, (_, index) => index.toString(16).padStart(2, '0'));
  await makeMissing(root, names);
  if (!beside) await empty(incoming);
  await syncDirectory(folder);
  return {
    placeOf(id) {
      const directory = join(root, id.slice(0, 2));
      return { directory, path: join(directory, id) };
    },
    temporaryPath: (name) => join(incoming, name),
    directories: names.map((name) => join(root, name)),
  };
}

/** Whether a text has the form of an id; everything that comes from outside is asked this before it is used. */
export function isBytesId(text: string): boolean {
  return ID.test(text);
}

/** Makes the entries of a directory durable: a renamed file survives a power cut only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; NTFS journals its entries by itself.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeMissing(root: string, names: readonly string[]): Promise<void> {
  const present = new Set(await readdir(root));
  const missing = names.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  await Promise.all(missing.map((name) => mkdir(join(root, name), { mode: 0o700 })));
  await syncDirectory(root);
}

async function empty(directory: string): Promise<void> {
  const names = await readdir(directory);
  await Promise.all(names.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
