import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closeWorker, startWorker } from './pglite-thread.ts';

/**
 * Makes an empty database if there is none. It appears whole or not at all, and in a thread that ends afterwards: the one
 * that has run initdb keeps 500 MB more.
 */
export async function makePglite(folder: string, signal?: AbortSignal): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await closeWorker(await startWorker({ folder: unfinished }, signal));
  syncFolder(unfinished);
  renameSync(unfinished, folder);
  sync(dirname(folder));
}

/** PGlite unpacks the files without waiting for the disk. */
function syncFolder(folder: string): void {
  const whole = process.platform === 'linux' && spawnSync('sync', ['-f', folder]).status === 0;
  if (whole) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sync(join(entry.parentPath, entry.name));
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
