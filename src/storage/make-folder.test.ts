import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../core/log.ts';
import { openDatabase } from './database/open-database.ts';
import { makeFolder } from './make-folder.ts';
import { openFolderStore } from './objects/folder.ts';

// A file system without room for folders of ours, whoever asks. Linux only.
const REFUSING = existsSync('/proc/self') ? '/proc/loam/data' : undefined;
if (!REFUSING) process.stderr.write('Skipped: folders that cannot be made, because there is no /proc.\n');

describe('makeFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loam-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes the folder and those above it, once', () => {
    const deep = join(folder, 'a', 'b', 'c');
    expect(makeFolder(deep, 0o700)).toBe(true);
    expect(statSync(deep).isDirectory()).toBe(true);
    expect(makeFolder(deep, 0o700)).toBe(false);
  });

  it('follows links to folders', () => {
    symlinkSync(folder, join(folder, 'link'));
    expect(makeFolder(join(folder, 'link'), 0o700)).toBe(false);
    expect(makeFolder(join(folder, 'link', 'a'), 0o700)).toBe(true);
  });

  it('names the folder when a file is in the way', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file, 0o700)).toThrow(`The folder ${file} cannot be made: file already exists.`);
    const below = join(file, 'below');
    expect(() => makeFolder(below, 0o700)).toThrow(`The folder ${below} cannot be made: `);
  });

  // Node's recursive mkdir never comes back from these.
  it.skipIf(!REFUSING)('says so at once where no folder can be made', async () => {
    const path = REFUSING ?? '';
    const refused = { code: 'folder-unusable', message: expect.stringContaining(`The folder ${path} cannot be made`) };
    expect(() => makeFolder(path, 0o700)).toThrow(expect.objectContaining(refused));
    const database = openDatabase({ dataFolder: path, migrations: [], log: silentLog });
    await expect(database).rejects.toMatchObject(refused);
    const ids = { bytes: () => Buffer.alloc(8) } as never;
    await expect(openFolderStore({ folder: path, ids })).rejects.toMatchObject({ code: 'folder-unusable' });
  });
});
