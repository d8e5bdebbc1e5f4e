import type { Dirent, Stats } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Ignore } from './ignore.ts';

/** A file of a watched folder, before it is opened. */
export interface FoundFile {
  /** Its path below the folder, with `/` between its parts: the key of its object. */
  readonly key: string;
  /** Where its content is: of a link, what it leads to. */
  readonly path: string;
  readonly size: number;
  readonly stamp: string;
  /** When it was changed last, content or attributes, in milliseconds of the epoch. */
  readonly changedAt: number;
}

export interface Walked {
  readonly files: readonly FoundFile[];
  /** The folders that were gone through, the first one being the root. */
  readonly folders: readonly string[];
  /** Below the folder, and why they were left out; what is ignored is not among them. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

const MOST_KEY_BYTES = 1_024;
const MOST_FILE_BYTES = 5 * 1024 ** 3;

/**
 * Goes through a folder. Links to folders are not followed, and links to files only where they lead to one inside of it.
 *
 * @throws the error of the system when the folder itself cannot be read
 */
export async function walkFolder(root: string, ignore: Ignore): Promise<Walked> {
  const real = await realpath(root);
  const walked = { files: [] as FoundFile[], folders: [real], skipped: [] as { path: string; reason: string }[] };
  const left = [''];
  for (let below = left.pop(); below !== undefined; below = left.pop()) {
    const entries = await entriesOf(real, below, walked.skipped);
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (ignore(path, entry.isDirectory())) continue;
      if (entry.isDirectory()) {
        left.push(path);
        walked.folders.push(join(real, path));
        continue;
      }
      const found = await find(real, path, entry);
      if (typeof found === 'object') walked.files.push(found);
      else if (found !== undefined) walked.skipped.push({ path, reason: found });
    }
  }
  return walked;
}

async function entriesOf(root: string, below: string, skipped: { path: string; reason: string }[]): Promise<Dirent[]> {
  try {
    const entries: Dirent[] = [];
    for await (const entry of await opendir(join(root, below))) entries.push(entry);
    return entries;
  } catch (error) {
    if (below === '') throw error;
    skipped.push({ path: below, reason: reasonOf(error) });
    return [];
  }
}

/** @returns the file, why it is left out, or undefined for what is no file at all */
async function find(root: string, key: string, entry: Dirent): Promise<FoundFile | string | undefined> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return undefined;
  if (key.includes('\ufffd')) return 'its name is not UTF-8';
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) return `its path is longer than ${MOST_KEY_BYTES} bytes`;
  try {
    const path = entry.isSymbolicLink() ? await realpath(join(root, key)) : join(root, key);
    if (!path.startsWith(root + sep)) return 'it is a link that leads out of the folder';
    const facts = entry.isSymbolicLink() ? await stat(path) : await lstat(path);
    if (!facts.isFile()) return undefined;
    if (facts.size > MOST_FILE_BYTES) return 'it is larger than 5 GB';
    return { key, path, size: facts.size, stamp: stampOf(facts), changedAt: Math.max(facts.mtimeMs, facts.ctimeMs) };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Another one for another content, short of a change within the clock's grain that leaves the size as it was. */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size}-${mtimeMs}-${ctimeMs}-${ino}`;
}

function reasonOf(error: unknown): string {
  return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
}
