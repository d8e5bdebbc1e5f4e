import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { silentLog } from '../../core/log.ts';
import type { Migration } from '../database/contract.ts';
import { openDatabase } from '../database/open-database.ts';
import { makeTestFolder } from '../database/open-test-database.ts';
import { createJobTable } from './job-table.ts';
import { jobMigrations } from './migrations.ts';

const PROGRAM = fileURLToPath(new URL('../../../test/fixtures/jobs-process.mjs', import.meta.url));
const STEPS_MIGRATION = new URL('../../../test/fixtures/steps-migration.json', import.meta.url);
const scope = { account: '111122223333', region: 'us-east-1' };
const dataFolder = makeTestFolder();
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataFolder, { recursive: true, force: true });
});

function start(jobId = '') {
  const child = spawn(process.execPath, [PROGRAM, dataFolder, jobId], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async said(wanted: string): Promise<void> {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`The process ended before it said '${wanted}'.`);
        if (value === wanted) return;
      }
    },
    async end(signal: NodeJS.Signals): Promise<void> {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

it('goes on by itself after its process was killed, again and again, and does nothing twice', {
  timeout: 120_000,
}, async () => {
  const id = randomUUID();
  let program = start(id);
  await program.said('attempt 1');
  for (const [index, step] of [5, 12, 20].entries()) {
    await program.said(`step ${step}`);
    await program.end('SIGKILL');
    const started = performance.now();
    program = start();
    await program.said(`attempt ${index + 2}`);
    expect(performance.now() - started).toBeLessThan(10_000);
  }
  await program.said('done');
  await program.end('SIGTERM');

  const steps = JSON.parse(readFileSync(STEPS_MIGRATION, 'utf8')) as Migration;
  const database = await openDatabase({ dataFolder, migrations: [...jobMigrations, steps], log: silentLog });
  const rows = await database.system<{ step: number; attempt: number; process: number }>(
    'select * from steps order by step',
  );
  expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
  expect(new Set(rows.map((row) => row.process)).size).toBe(4);
  expect(rows.map(({ attempt }) => attempt)).toEqual(rows.map(({ attempt }) => attempt).sort());
  expect(await createJobTable(database, 'test').status(scope, id)).toEqual({
    id,
    kind: 'count',
    state: 'done',
    attempt: 4,
    progress: { done: 40, total: 40, unit: 'steps' },
  });
  await database.close();
});
