import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoamError } from '../../core/errors.ts';

/** How a data folder is laid out; goes up when an older Loam could not read a newer one. */
export const FOLDER_FORMAT = 1;

const FILE = 'loam-format';

/**
 * Says of a data folder which form it has, and refuses a newer one. The folders of the first version say nothing: form 1.
 *
 * @throws LoamError `data-folder-newer`
 */
export function checkFolderFormat(folder: string): void {
  const path = join(folder, FILE);
  const text = readIfThere(path);
  if (text === undefined) writeFileSync(path, `${FOLDER_FORMAT}\n`, { mode: 0o600 });
  const format = Number(text?.trim() ?? FOLDER_FORMAT);
  if (format > FOLDER_FORMAT) throw new LoamError('data-folder-newer', { folder, format });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
