import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { randomIds } from '../../core/ids.ts';
import { silentLog } from '../../core/log.ts';
import { createPageTokens } from '../../core/paging.ts';
import { openTestDatabase, type TestDatabase } from '../../storage/database/open-test-database.ts';
import { openFolderStore } from '../../storage/objects/folder.ts';
import { createObjects, type Objects, objectsMigrations } from '../objects/index.ts';
import { createFolders, foldersMigrations } from './index.ts';
import { mirrorFolder } from './mirror.ts';

const scope = { account: '111111111111', region: 'us-east-1' };
let storage: TestDatabase;
let objects: Objects;
let root: string;
let folder: string;
let bucket: string;
let number = 0;

beforeAll(async () => {
  storage = await openTestDatabase([...objectsMigrations, ...foldersMigrations]);
  const store = await openFolderStore({ folder: join(storage.dataFolder, 'objects'), ids: randomIds });
  const pageTokens = createPageTokens(Buffer.alloc(32));
  const shared = { database: storage.database, store, pageTokens, clock: systemClock, ids: randomIds, log: silentLog };
  objects = createObjects(shared);
  root = await mkdtemp(join(tmpdir(), 'loam-folders-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await storage.remove();
});
beforeEach(async () => {
  number += 1;
  bucket = `mirrored-${number}`;
  folder = join(root, bucket);
  await mkdir(folder);
  await objects.createBucket(scope, bucket);
});

// What was written a moment ago is not settled: the mirror's clock is ahead.
const ahead = { now: () => Date.now() + 10_000 };
const context = () => ({ database: storage.database, objects, clock: ahead, log: silentLog, scope });
const mirror = async (verify = false) => {
  const { put, deleted, unsettled } = await mirrorFolder(
    context(),
    { folder, bucket, verify },
    AbortSignal.timeout(10_000),
  );
  return { put, deleted, unsettled };
};
const keys = async () => {
  const found: string[] = [];
  for await (const { key } of objects.listObjects(scope, bucket)) found.push(key);
  return found;
};
const read = async (key: string) => {
  const { stream } = await objects.openObject(scope, bucket, key, { signal: AbortSignal.timeout(5_000) });
  return Buffer.concat(await stream.toArray()).toString();
};

describe('a mirrored folder', () => {
  it('puts what is new or changed, deletes what is gone, and nothing else', async () => {
    await mkdir(join(folder, 'a/b'), { recursive: true });
    await writeFile(join(folder, 'one.txt'), 'One');
    await writeFile(join(folder, 'a/b/two.txt'), 'Two');
    await writeFile(join(folder, '.hidden'), 'No');
    expect(await mirror()).toEqual({ put: 2, deleted: 0, unsettled: 0 });
    expect(await keys()).toEqual(['a/b/two.txt', 'one.txt']);
    expect(await mirror()).toEqual({ put: 0, deleted: 0, unsettled: 0 });

    await writeFile(join(folder, 'one.txt'), 'Eins');
    await rm(join(folder, 'a'), { recursive: true });
    const body = (async function* () {
      yield Buffer.from('Not of the folder');
    })();
    await objects.putObject(scope, bucket, 'other.txt', { body, signal: AbortSignal.timeout(5_000) });
    expect(await mirror()).toEqual({ put: 1, deleted: 1, unsettled: 0 });
    expect(await keys()).toEqual(['one.txt', 'other.txt']);
    expect(await read('one.txt')).toBe('Eins');
  });

  it('puts nothing when only attributes have changed, and again what somebody took away', async () => {
    await writeFile(join(folder, 'one.txt'), 'One');
    await mirror();
    await utimes(join(folder, 'one.txt'), new Date(0), new Date(0));
    expect(await mirror()).toEqual({ put: 0, deleted: 0, unsettled: 0 });
    await objects.removeObject(scope, bucket, 'one.txt');
    expect(await mirror()).toEqual({ put: 0, deleted: 0, unsettled: 0 });
    expect(await mirror(true)).toEqual({ put: 1, deleted: 0, unsettled: 0 });
    expect(await keys()).toEqual(['one.txt']);
  });

  it('follows links inside of it alone, and no links to folders', async () => {
    const outside = join(root, `outside-${number}`);
    await mkdir(outside);
    await writeFile(join(outside, 'secret.txt'), 'Secret');
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'in/real.txt'), 'Real');
    await symlink(join(outside, 'secret.txt'), join(folder, 'out.txt'));
    await symlink('../../etc/passwd', join(folder, 'relative.txt'));
    await symlink(outside, join(folder, 'out'));
    await symlink(folder, join(folder, 'loop'));
    await symlink('in/real.txt', join(folder, 'alias.txt'));
    await symlink('nowhere', join(folder, 'broken.txt'));
    await mirror();
    expect(await keys()).toEqual(['alias.txt', 'in/real.txt']);
    expect(await read('alias.txt')).toBe('Real');
  });

  it('waits for files that are being written', async () => {
    await writeFile(join(folder, 'now.txt'), 'Half');
    const signal = AbortSignal.timeout(10_000);
    const now = { ...context(), clock: systemClock };
    expect(await mirrorFolder(now, { folder, bucket, verify: false }, signal)).toMatchObject({ put: 0, unsettled: 1 });
    expect(await keys()).toEqual([]);
  });

  it('deletes nothing when it is empty, and fails when it is not there', async () => {
    await writeFile(join(folder, 'one.txt'), 'One');
    await mirror();
    await rm(join(folder, 'one.txt'));
    expect(await mirror()).toEqual({ put: 0, deleted: 0, unsettled: 0 });
    expect(await keys()).toEqual(['one.txt']);
    await rm(folder, { recursive: true });
    await expect(mirror()).rejects.toThrow(/ENOENT/);
    expect(await keys()).toEqual(['one.txt']);
  });

  it('heeds its .loamignore', async () => {
    await writeFile(join(folder, '.loamignore'), 'drafts/\n*.bak\n');
    await mkdir(join(folder, 'drafts'));
    for (const name of ['a.txt', 'a.bak', 'drafts/b.txt']) await writeFile(join(folder, name), name);
    await mirror();
    expect(await keys()).toEqual(['a.txt']);
  });

  it('is noticed by itself', async () => {
    const options = { database: storage.database, objects, clock: systemClock, log: silentLog, scope };
    const folders = createFolders({ ...options, folders: { [`own-${number}`]: folder } });
    try {
      bucket = `own-${number}`;
      await folders.look();
      await writeFile(join(folder, 'late.txt'), 'Late');
      await expect.poll(keys, { timeout: 8_000 }).toEqual(['late.txt']);
    } finally {
      await folders.close();
    }
  });
});
