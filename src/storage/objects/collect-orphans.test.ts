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

it('removes bytes that no owner refers to, in two passes a grace period apart', async () => {
  const write = async (text: string) => (await store.write(Readable.from([Buffer.from(text)]))).id;
  const [first, second, orphan] = [await write('first'), await write('second'), await write('orphan')];
  const owner =
    (...kept: string[]): FindReferences =>
    async (ids) =>
      new Set(kept.filter((id) => ids.includes(id)));
  let now = 0;
  const collector = createOrphanCollector({
    store,
    clock: { now: () => now },
    graceMs: 1_000,
    owners: [owner(first), owner(second)],
  });
  const { signal } = new AbortController();

  expect(await collector.pass(signal)).toEqual({ listed: 3, removed: 0, waiting: 1 });
  now = 999;
  expect(await collector.pass(signal)).toEqual({ listed: 3, removed: 0, waiting: 1 });
  now = 1_000;
  expect(await collector.pass(signal)).toEqual({ listed: 3, removed: 1, waiting: 0 });
  await expect(store.read(orphan)).rejects.toMatchObject({ code: 'bytes-missing' });
  expect(await collector.pass(signal)).toEqual({ listed: 2, removed: 0, waiting: 0 });
});
