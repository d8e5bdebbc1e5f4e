import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { LoamError } from '../core/errors.ts';

/**
 * Makes a folder and those above it that are missing, one by one: the recursive `mkdir` of Node goes round for ever where a
 * file system answers "no such file or directory" to the making itself, as procfs does.
 *
 * @returns whether it was missing
 * @throws LoamError `folder-unusable`, naming the folder
 */
export function makeFolder(folder: string, mode: number): boolean {
  try {
    return makeMissing(resolve(folder), mode);
  } catch (error) {
    throw new LoamError('folder-unusable', { folder, problem: problemOf(error) }, { cause: error });
  }
}

function makeMissing(folder: string, mode: number): boolean {
  if (isFolder(folder)) return false;
  const parent = dirname(folder);
  if (parent !== folder) makeMissing(parent, mode);
  try {
    mkdirSync(folder, { mode });
    return true;
  } catch (error) {
    // Another process may have made it meanwhile.
    if (isFolder(folder)) return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** `permission denied`: the words of the operating system. */
function problemOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
