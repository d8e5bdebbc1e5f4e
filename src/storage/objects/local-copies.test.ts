import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import type { ObjectStore } from './contract.ts';
import { openFolderStore } from './folder.ts';
import { withLocalCopies } from './local-copies.ts';

let root: string;
let store: ObjectStore;
let reads: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'loam-copies-'));
  const folder = await openFolderStore({ folder: join(root, 'store'), ids: randomIds });
  reads = 0;
  store = {
    ...folder,
    read: (...given) => {
      reads += 1;
      return folder.read(...given);
    },
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cached = (maxBytes = 1_000) => withLocalCopies(store, { folder: join(root, 'copies'), maxBytes, ids: randomIds });
const write = async (text: string) => (await store.write(Readable.from([Buffer.from(text)]))).id;
const copyOf = async (copies: ObjectStore, id: string) => (await copies.localCopy?.(id)) ?? '';
const LONG_AGO = new Date(Date.now() - 3_700_000);

it('fetches what is read once, however many ask at the same time, and from a second process not again', async () => {
  const id = await write('text');
  const copies = cached();
  const paths = await Promise.all([copyOf(copies, id), copyOf(copies, id), copyOf(copies, id)]);
  expect(new Set(paths).size).toBe(1);
  expect(readFileSync(paths[0] ?? '', 'utf8')).toBe('text');
  await copyOf(cached(), id);
  expect(reads).toBe(1);
});

it('lets go of the least recently used when there is too little room, and never of what is in use', async () => {
  const copies = cached(10);
  const [old, older, used] = [await write('12345'), await write('123456'), await write('1234567')];
  for (const id of [older, old, used]) await copyOf(copies, id);
  expect(await readdir(join(root, 'copies'))).toHaveLength(3);
  await utimes(join(root, 'copies', older), LONG_AGO, new Date(LONG_AGO.getTime() - 1));
  await utimes(join(root, 'copies', old), LONG_AGO, LONG_AGO);
  const last = await write('1');
  await copyOf(copies, last);
  expect((await readdir(join(root, 'copies'))).sort()).toEqual([used, last].sort());
});

it('sweeps away what a killed process left, and copies of what is removed', async () => {
  const copies = cached();
  const [id, other] = [await write('text'), await write('other')];
  await copyOf(copies, id);
  const left = join(root, 'copies', `${other}.00.part`);
  await writeFile(left, 'half');
  await utimes(left, LONG_AGO, LONG_AGO);
  await copyOf(copies, other);
  await copies.remove(id);
  expect(await readdir(join(root, 'copies'))).toEqual([other]);
  await expect(copyOf(copies, id)).rejects.toMatchObject({ code: 'bytes-missing' });
});

it('keeps nothing of a copy that failed', async () => {
  const id = await write('text');
  const failing = { ...store, read: async () => Readable.from(broken()) };
  const copies = withLocalCopies(failing, { folder: join(root, 'copies'), maxBytes: 10, ids: randomIds });
  await expect(copyOf(copies, id)).rejects.toThrow('cut off');
  expect(await readdir(join(root, 'copies'))).toEqual([]);
});

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('te');
  throw new Error('cut off');
}
