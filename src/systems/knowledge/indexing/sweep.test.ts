import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLoamError } from '../../../core/errors.ts';
import { randomIds } from '../../../core/ids.ts';
import { addSegment, emptyManifest, type Manifest } from '../../../segments/index.ts';
import { openTestDatabase, type TestDatabase } from '../../../storage/database/open-test-database.ts';
import type { ObjectStore } from '../../../storage/objects/contract.ts';
import { openFolderStore } from '../../../storage/objects/folder.ts';
import { knowledgeMigrations } from '../migrations/list.ts';
import { selectStateAt } from '../tables/index-history.ts';
import { insertIndex, swapManifest } from '../tables/indexes.ts';
import { insertSegment, settleSegments } from '../tables/segments.ts';
import { leaseIndex } from './leases.ts';
import { keptHistory, sweepSegments } from './sweep.ts';

const scope = { account: '111111111111', region: 'us-east-1' };
const knowledgeBaseId = 'BASE000000';
const embedder = { fingerprint: 'test', dimensions: 16 };
const { signal } = new AbortController();
let time = Date.UTC(2030, 0, 1);
const clock = { now: () => time };
let opened: TestDatabase;
let store: ObjectStore;
beforeAll(async () => {
  opened = await openTestDatabase(knowledgeMigrations);
  store = await openFolderStore({ folder: join(opened.dataFolder, 'segments'), ids: randomIds });
});
afterAll(() => opened?.remove());

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a segment');
}

async function newSegment(id: string) {
  const { id: bytesId } = await store.write(bytes());
  const statistics = { chunks: 1, documents: 1, bytes: 9 };
  const at = new Date(time);
  const row = {
    id,
    bytesId,
    owner: 'test',
    state: 'building' as const,
    key: null,
    embedder,
    statistics,
    knowledgeBaseId,
    at,
  };
  await insertSegment(opened.database, scope, row);
  return { id, bytesId, built: { embedder, statistics } };
}

async function swap(manifest: Manifest): Promise<void> {
  await swapManifest(opened.database, scope, { knowledgeBaseId, manifest, content: 'changed' });
  const live = manifest.segments.map(({ id }) => id);
  await settleSegments(opened.database, scope, { knowledgeBaseId, live, at: new Date(time) });
}

const isThere = (bytesId: string): Promise<boolean> =>
  store.read(bytesId).then(
    (stream) => Boolean(stream.destroy()),
    (error: unknown) => !isLoamError(error, 'bytes-missing'),
  );

test('a dead segment goes once its lease has ended, and not before', async () => {
  const context = { database: opened.database, store, clock };
  const empty = emptyManifest(embedder);
  await insertIndex(opened.database, scope, { knowledgeBaseId, manifest: empty });
  const [one, two] = [await newSegment('one'), await newSegment('two')];
  await swap(addSegment(empty, one));
  const lease = await leaseIndex(context, scope, { knowledgeBaseId, holder: 'reader', forMs: 300_000 });
  expect(lease?.manifest.segments.map(({ id }) => id)).toEqual(['one']);
  await swap(addSegment(empty, two));

  time += 120_000;
  expect(await sweepSegments(context, signal)).toBe(0);
  await lease?.renew();
  time += 299_000;
  expect(await sweepSegments(context, signal)).toBe(0);
  expect(await isThere(one.bytesId)).toBe(true);
  time += 2_000;
  expect(await sweepSegments(context, signal)).toBe(1);
  expect([await isThere(one.bytesId), await isThere(two.bytesId)]).toEqual([false, true]);
});

test('a dead segment is left for a while to those who have just read the manifest', async () => {
  const context = { database: opened.database, store, clock };
  const empty = emptyManifest(embedder);
  await swap(empty);
  expect(await sweepSegments(context, signal)).toBe(0);
  time += 61_000;
  expect(await sweepSegments(context, signal)).toBe(1);
});

test('what an earlier state needs is kept for as long as the state is, by the clock of the database', async () => {
  const history = { database: opened.database, store, clock: { now: () => Date.now() }, indexHistoryDays: 7 };
  time = Date.now();
  const empty = emptyManifest(embedder);
  const three = await newSegment('three');
  await swap(addSegment(empty, three));
  const held = new Date();
  await new Promise((wake) => setTimeout(wake, 5));
  await swap(empty);
  await opened.database.query(
    scope,
    `update knowledge_segments set changed_at = changed_at - interval '1 hour'
    where account = :account and region = :region`,
  );
  expect(await sweepSegments(history, signal)).toBe(0);
  expect((await keptHistory(history)).bytes).toBe(9);
  const state = await selectStateAt(opened.database, scope, { knowledgeBaseId, at: held });
  expect(state?.manifest.segments.map(({ id }) => id)).toEqual(['three']);
  expect(await sweepSegments({ ...history, indexHistoryDays: 0 }, signal)).toBe(1);
  expect(await selectStateAt(opened.database, scope, { knowledgeBaseId, at: held })).toBeUndefined();
});
