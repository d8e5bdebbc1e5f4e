import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SecretFile {
  readonly secret: string;
  /** Whether it was made by this call. */
  readonly created: boolean;
}

/**
 * Reads a secret of the data folder, or makes it: 0600, on the disk before it is used, and made once even when two
 * processes start together.
 */
export function readOrCreateSecretFile(folder: string, name: string, make: () => string): SecretFile {
  const path = join(folder, name);
  const known = readIfThere(path);
  if (known !== undefined) return { secret: known, created: false };
  const secret = make();
  const candidate = `${path}.${process.pid}`;
  rmSync(candidate, { force: true });
  writeFileSync(candidate, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  sync(candidate);
  try {
    linkSync(candidate, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { secret: readIfThere(path) ?? secret, created: false };
  } finally {
    rmSync(candidate, { force: true });
  }
  sync(folder);
  return { secret, created: true };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
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
