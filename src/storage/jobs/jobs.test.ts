import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { LoamError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import type { Database, DatabaseDescription } from '../database/contract.ts';
import { openTestDatabase, type TestDatabase } from '../database/open-test-database.ts';
import type { JobHandler, JobState, Jobs, RunningJob } from './contract.ts';
import { createJobs } from './create-jobs.ts';
import { jobMigrations } from './migrations.ts';

const scope = { account: '111122223333', region: 'us-east-1' };
const stranger = { account: '444455556666', region: 'us-east-1' };
const forms: DatabaseDescription['form'][] = ['embedded', 'pglite'];
if (process.env.LOAM_TEST_DATABASE_URL) forms.push('url');
else
  process.stderr.write('Skipped: the job suite on a PostgreSQL server, because LOAM_TEST_DATABASE_URL is not set.\n');

describe.each(forms)('jobs on %s', (form) => {
  let test: TestDatabase;
  const started: Jobs[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(jobMigrations, form);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((jobs) => jobs.stop(2_000)));
    await test.database.system('delete from jobs');
    await test.database.system('delete from job_instances');
  });
  afterAll(() => test.remove());

  async function instance(handler?: Partial<JobHandler<never>>, name = randomUUID()): Promise<Jobs> {
    // As replicas see it, whatever the form: other processes may share the database.
    const shared: Database = { ...test.database, describe: () => ({ ...test.database.describe(), form: 'url' }) };
    const jobs = createJobs({ database: shared, clock: systemClock, log: silentLog, instance: name });
    started.push(jobs);
    if (handler)
      await jobs.start([{ kind: 'work', attempts: 3, concurrency: 1, run: async () => undefined, ...handler }]);
    return jobs;
  }

  const enqueue = async (jobs: Jobs, payload: object = {}, id: string = randomUUID()): Promise<string> => {
    await jobs.enqueue(scope, { id, kind: 'work', payload });
    return id;
  };
  const until = async (jobs: Jobs, id: string, state: JobState): Promise<unknown> => {
    for (;;) {
      const status = await jobs.status(scope, id);
      if (status?.state === state) return status;
      await delay(10);
    }
  };
  const untilSignal = async ({ signal }: RunningJob<never>): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      await delay(10);
    }
  };

  it('runs a job soon after it was enqueued, with its scope and payload', async () => {
    const seen: unknown[] = [];
    const jobs = await instance({
      run: async (job) => {
        seen.push(job.scope, job.payload, job.attempt);
      },
    });
    await delay(100);
    const before = performance.now();
    const id = await enqueue(jobs, { documents: ['a'] });
    expect(await until(jobs, id, 'done')).toEqual({ id, kind: 'work', state: 'done', attempt: 1 });
    expect(performance.now() - before).toBeLessThan(500);
    expect(seen).toEqual([scope, { documents: ['a'] }, 1]);
  });

  it('ignores a second enqueue of one id, and shows a job to its own scope alone', async () => {
    const jobs = await instance();
    const id = await enqueue(jobs);
    await enqueue(jobs, {}, id);
    expect(await test.database.system('select id from jobs')).toHaveLength(1);
    expect(await jobs.status(stranger, id)).toBeUndefined();
    await jobs.cancel(stranger, id);
    expect(await jobs.status(scope, id)).toMatchObject({ state: 'queued', attempt: 0 });
  });

  it('enqueues with the transaction it was given', async () => {
    const jobs = await instance({});
    const [kept, dropped] = [randomUUID(), randomUUID()];
    await test.database.transaction((transaction) =>
      jobs.enqueue(scope, { id: kept, kind: 'work', payload: {} }, transaction),
    );
    const failing = test.database.transaction(async (transaction) => {
      await jobs.enqueue(scope, { id: dropped, kind: 'work', payload: {} }, transaction);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await until(jobs, kept, 'done');
    expect(await jobs.status(scope, dropped)).toBeUndefined();
  });

  it('tries again after an error, and fails with a reason that quotes nothing', async () => {
    const attempts: number[] = [];
    const jobs = await instance({
      attempts: 2,
      run: async ({ attempt }) => {
        attempts.push(attempt);
        throw new Error('the text of a document');
      },
    });
    const id = await enqueue(jobs);
    const status = await until(jobs, id, 'failed');
    expect(status).toMatchObject({ attempt: 2, reason: 'An internal error (Error); the log has the details.' });
    expect(attempts).toEqual([1, 2]);
  });

  it('fails at once when trying again cannot help', async () => {
    const error = new LoamError('resource-not-found', { type: 'bucket', id: 'b' });
    const jobs = await instance({ run: () => Promise.reject(error) });
    const id = await enqueue(jobs);
    expect(await until(jobs, id, 'failed')).toMatchObject({ attempt: 1, reason: error.message });
  });

  it('keeps to the concurrency of a kind', async () => {
    let now = 0;
    let most = 0;
    const jobs = await instance({
      concurrency: 3,
      run: async () => {
        most = Math.max(most, ++now);
        await delay(30);
        now -= 1;
      },
    });
    const ids = await Promise.all(Array.from({ length: 12 }, () => enqueue(jobs)));
    await Promise.all(ids.map((id) => until(jobs, id, 'done')));
    expect(most).toBe(3);
  });

  it('shows progress while it runs, and the last of it afterwards', async () => {
    const jobs = await instance({
      run: async (job) => {
        for (let done = 1; done <= 50; done += 1) await job.report({ done, total: 50, unit: 'pages' });
        await delay(300);
      },
    });
    const id = await enqueue(jobs);
    await delay(200);
    expect(await jobs.status(scope, id)).toMatchObject({
      state: 'running',
      progress: { done: 1, total: 50, unit: 'pages' },
    });
    expect(await until(jobs, id, 'done')).toMatchObject({ progress: { done: 50, total: 50, unit: 'pages' } });
  });

  it('cancels what is queued and what runs', async () => {
    const jobs = await instance({ run: untilSignal });
    const running = await enqueue(jobs);
    await until(jobs, running, 'running');
    const queued = await enqueue(jobs);
    await jobs.cancel(scope, queued);
    expect(await jobs.status(scope, queued)).toMatchObject({ state: 'cancelled', attempt: 0 });
    await jobs.cancel(scope, running);
    await until(jobs, running, 'cancelled');
  });

  it('cancels a job that another instance runs', async () => {
    const owner = await instance({ run: untilSignal });
    const other = await instance();
    const id = await enqueue(owner);
    await until(owner, id, 'running');
    await other.cancel(scope, id);
    await until(other, id, 'cancelled');
  });

  it('queues running jobs again when it stops, and another instance goes on', async () => {
    const first = await instance({ attempts: 1, run: untilSignal });
    const id = await enqueue(first);
    await until(first, id, 'running');
    await first.stop(2_000);
    expect(await first.status(scope, id)).toMatchObject({ state: 'queued', attempt: 1 });
    const second = await instance({ attempts: 1 });
    expect(await until(second, id, 'done')).toMatchObject({ attempt: 2 });
  });

  it('shares work between live instances and runs nothing twice', async () => {
    const runs = new Map<string, number>();
    const handler: Partial<JobHandler<never>> = {
      concurrency: 2,
      run: async ({ id }) => {
        runs.set(id, (runs.get(id) ?? 0) + 1);
        await delay(20);
      },
    };
    const [first] = await Promise.all([instance(handler), instance(handler), instance(handler)]);
    const ids = await Promise.all(Array.from({ length: 40 }, () => enqueue(first)));
    await Promise.all(ids.map((id) => until(first, id, 'done')));
    expect([...runs.values()]).toEqual(Array.from({ length: 40 }, () => 1));
  });

  it('takes over the jobs of a dead instance, never those of a live one', async () => {
    const id = await enqueue(await instance());
    await test.database.system("update jobs set state = 'running', owner = 'other', attempt = 1");
    await test.database.system("insert into job_instances values ('other', now())");
    const jobs = await instance({});
    await delay(2_500);
    expect(await jobs.status(scope, id)).toMatchObject({ state: 'running', attempt: 1 });
    await test.database.system(
      "update job_instances set seen = now() - interval '11 seconds' where instance = 'other'",
    );
    expect(await until(jobs, id, 'done')).toMatchObject({ attempt: 2 });
  });

  it('lets go of a job that was taken over, and writes nothing to it any more', async () => {
    let ended: unknown;
    const jobs = await instance({
      run: async (job) => {
        try {
          for (let done = 0; ; done += 1) {
            job.signal.throwIfAborted();
            await job.report({ done, unit: 'pages' });
            await delay(20);
          }
        } catch (error) {
          ended = error;
          throw error;
        }
      },
    });
    const id = await enqueue(jobs);
    await until(jobs, id, 'running');
    await test.database.system("update jobs set owner = 'other', attempt = 2, progress = null");
    while (!ended) await delay(10);
    expect(ended).toMatchObject({ why: 'lost' });
    await delay(100);
    expect(await jobs.status(scope, id)).toEqual({ id, kind: 'work', state: 'running', attempt: 2 });
  });

  it('fences what an attempt commits: of one that was given away nothing counts', async () => {
    await test.database.system('create table if not exists effects (id text)');
    const outcomes: unknown[] = [];
    const commit = async (work: RunningJob<never>, id: string): Promise<void> => {
      const committing = test.database.transaction(async (transaction) => {
        await work.fence(transaction);
        await transaction.system('insert into effects (id) values (:id)', { id });
      });
      outcomes.push(
        await committing.then(
          () => 'done',
          (error: Error) => error.message,
        ),
      );
    };
    const jobs = await instance({
      run: async (work) => {
        await commit(work, 'ours');
        await test.database.system("update jobs set owner = 'other', attempt = 2");
        await commit(work, 'too late');
      },
    });
    await enqueue(jobs);
    while (outcomes.length < 2) await delay(10);
    expect(outcomes).toEqual(['done', 'The attempt was ended: lost.']);
    expect(await test.database.system('select id from effects')).toEqual([{ id: 'ours' }]);
    await test.database.system('drop table effects');
  });

  it('gives up a job whose process dies each time before it makes progress', async () => {
    const id = await enqueue(await instance());
    await test.database.system("update jobs set state = 'running', owner = 'dead', crashes = 25");
    const jobs = await instance({});
    expect(await until(jobs, id, 'failed')).toMatchObject({ reason: expect.stringContaining('ended each time') });
  });

  it('cancels rather than queues again what was cancelled before its process died', async () => {
    const id = await enqueue(await instance());
    await test.database.system("update jobs set state = 'running', owner = 'dead', cancel_requested = true");
    const jobs = await instance({});
    await until(jobs, id, 'cancelled');
  });
});
