import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomIds } from '../../core/ids.ts';
import { createOrphanCollector, type FindReferences } from './collect-orphans.ts';
import type { ObjectStore } from './contract.ts';
import { openFolderStore } from './folder.ts';

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loam-orphans-'));
  store = await openFolderStore({ folder, ids: randomIds });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const owner =
  (...kept: string[]): FindReferences =>
  async (ids) =>
    new Set(kept.filter((id) => ids.includes(id)));
const write = async (text: string) => (await store.write(Readable.from([Buffer.from(text)]))).id;
const { signal } = new AbortController();

it('removes bytes that no owner refers to once they are old enough', async () => {
  const [first, second, orphan] = [await write('first'), await write('second'), await write('orphan')];
  let later = 0;
  const collector = createOrphanCollector({
    store,
    clock: { now: () => Date.now() + later },
    graceMs: 60_000,
    owners: [owner(first), owner(second)],
  });
  const none = { removed: 0, removedBytes: 0, waiting: 0, held: false };

  expect(await collector.pass(signal)).toEqual({ ...none, listed: 3, waiting: 1 });
  later = 60_000;
  const found = { ...none, listed: 3, removed: 1, removedBytes: 6 };
  expect(await collector.pass(signal, { plan: true })).toEqual(found);
  expect(await collector.pass(signal)).toEqual(found);
  await expect(store.read(orphan)).rejects.toMatchObject({ code: 'bytes-missing' });
  expect(await collector.pass(signal)).toEqual({ ...none, listed: 2 });
});

it('removes nothing while it is held back', async () => {
  await write('orphan');
  const collector = createOrphanCollector({
    ...{ store, clock: { now: () => Date.now() + 60_000 }, graceMs: 1_000, owners: [] },
    mayCollect: async () => false,
  });
  expect(await collector.pass(signal)).toMatchObject({ removed: 0, held: true });
});
