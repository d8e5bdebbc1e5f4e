import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../storage/database/open-test-database.ts';
import { objectsMigrations } from '../migrations/list.ts';
import { deleteQueued, postponeRemoval, selectDue } from './removals.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase(objectsMigrations);
});
afterAll(() => test.remove());

// Found by consistency.test.ts: the last copy was deleted while a slow sweep had seen it, and its bytes stayed for ever.
it('bytes that are queued again while a sweep is under way stay queued', async () => {
  const { database } = test;
  const queue = () =>
    database.system(
      `insert into bytes_to_remove (account, region, bytes_id) values ('1', 'r', 'bytes')
       on conflict (account, region, bytes_id) do update set queued_at = excluded.queued_at`,
    );
  const due = () => selectDue(database, { graceSeconds: 0, limit: 10 });
  await queue();
  const seen = await due();
  await queue();
  await deleteQueued(database, seen);
  expect(await due()).toHaveLength(1);
  await deleteQueued(database, await due());
  expect(await due()).toEqual([]);
});

it('bytes whose removal is put off are not due, whoever sweeps', async () => {
  const { database } = test;
  await database.system(
    `insert into bytes_to_remove (account, region, bytes_id, queued_at)
     values ('1', 'r', 'read', now() - interval '59 s'), ('1', 'r', 'idle', now() - interval '61 s')`,
  );
  await postponeRemoval(database, ['read']);
  await new Promise((wake) => setTimeout(wake, 1_100));
  const due = await selectDue(database, { graceSeconds: 60, limit: 10 });
  expect(due.map(({ bytesId }) => bytesId)).toEqual(['idle']);
});
