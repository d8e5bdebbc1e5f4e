import {
  constants,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LoamError } from '../../core/errors.ts';
import { isProcess, processStart } from './processes.ts';

export interface FolderLock {
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** When the process started, as the system tells it: a later process with the same id is another one. */
  readonly started: string;
  readonly host: string;
}

const NAME = 'loam.lock';
const TOUCH_MS = 5_000;
const AWAY_MS = 20_000;

/**
 * Takes the data folder for this process until it is released or the process ends, however it ends: a lock whose process
 * is gone is taken over. On another host (a shared volume), gone means not heard of for 20 seconds.
 *
 * @throws LoamError `data-folder-in-use`, naming the process that holds it.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, NAME);
  const owner: Owner = { pid: process.pid, started: processStart(process.pid), host: hostname() };
  const text = JSON.stringify(owner);
  const candidate = `${path}.${process.pid}`;
  writeFileSync(candidate, text, { mode: 0o600 });
  try {
    while (!linked(candidate, path)) takeAway(path, folder);
  } finally {
    rmSync(candidate, { force: true });
  }
  return held(path, text);
}

// A link is made whole or not at all: nobody reads a half-written owner, and only one process makes it.
function linked(candidate: string, path: string): boolean {
  try {
    linkSync(candidate, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return copied(candidate, path);
  }
}

// Not every file system has links (FAT, some shared volumes).
function copied(candidate: string, path: string): boolean {
  try {
    copyFileSync(candidate, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock whose owner is gone; another process that does the same at this moment loses nothing. */
function takeAway(path: string, folder: string): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  const owner = parse(text);
  if (owner && isAlive(owner, path)) {
    throw new LoamError('data-folder-in-use', { folder, pid: owner.pid, host: owner.host });
  }
  const aside = `${path}.gone.${process.pid}`;
  renameSync(path, aside);
  const taken = readIfThere(aside);
  // Between reading and renaming another process had replaced the stale lock by its own: give it back.
  if (taken !== text) linked(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(owner: Owner, path: string): boolean {
  if (owner.host !== hostname()) return Date.now() - statSync(path).mtimeMs < AWAY_MS;
  return isProcess(owner.pid, owner.started);
}

function held(path: string, text: string): FolderLock {
  const isOurs = (): boolean => readIfThere(path) === text;
  const touch = setInterval(() => {
    const now = new Date();
    if (isOurs()) utimesSync(path, now, now);
  }, TOUCH_MS);
  touch.unref();
  return {
    release() {
      clearInterval(touch);
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    // Not written by Loam, or the disk lost its content in a power cut: nobody holds it.
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
