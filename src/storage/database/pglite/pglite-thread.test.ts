import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { isLoamError } from '../../../core/errors.ts';
import { silentLog } from '../../../core/log.ts';
import { connectDatabase } from '../pooled-database.ts';
import { startPgliteThread } from './pglite-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'loam-pglite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('starts PGlite again when its thread ends, and answers that it is unavailable meanwhile', {
  timeout: 120_000,
}, async () => {
  const thread = await startPgliteThread({ folder, log: silentLog });
  const database = await connectDatabase({
    pool: { user: 'postgres', max: 1, idleTimeoutMillis: 0, stream: () => thread.connect() },
    description: { form: 'pglite', reason: 'A test.' },
    log: silentLog,
    end: () => thread.close(),
  });
  await database.system('create table kept as select 1 as one');
  await thread.worker().terminate();
  const started = performance.now();
  const error = await database.system('select 1').catch((caught: unknown) => caught);
  expect(isLoamError(error, 'database-unavailable')).toBe(true);
  expect(performance.now() - started).toBeLessThan(1_000);
  let rows: unknown[] = [];
  while (rows.length === 0) {
    await delay(100);
    rows = await database.system('select one from kept').catch(() => []);
  }
  expect(rows).toEqual([{ one: 1 }]);
  await database.close();
  expect(thread.worker().threadId).toBe(-1);
});
