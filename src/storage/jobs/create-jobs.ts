import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { Database } from '../database/contract.ts';
import type { JobHandler, Jobs } from './contract.ts';
import { createInstanceTable } from './instance-table.ts';
import { JobRunner } from './job-runner.ts';
import { createJobTable } from './job-table.ts';

export interface JobsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among those that share the database; another one at each start. */
  readonly instance: string;
}

// A job enqueued inside of a transaction can be claimed only after the commit.
const COMMIT_MS = 20;

/** The durable job queue, in the database that everything else is in (docs/decisions/2026-11-24-jobs.md says why). */
export function createJobs({ database, clock, log, instance }: JobsOptions): Jobs {
  const jobs = createJobTable(database, instance);
  const instances = createInstanceTable(database, instance);
  // A database in the data folder belongs to this process alone: whoever else is named there is dead.
  const alone = database.describe().form !== 'url';
  const runner = new JobRunner({ jobs, instances, clock, log, alone });
  return {
    async enqueue(scope, job, within) {
      await jobs.insert(scope, job, within);
      if (within) setTimeout(() => runner.wake(), COMMIT_MS).unref();
      else runner.wake();
    },
    async cancel(scope, id) {
      await jobs.requestCancel(scope, id);
      runner.wake();
    },
    status: (scope, id) => jobs.status(scope, id),
    start: (handlers: readonly JobHandler<never>[]) => runner.start(handlers),
    stop: (timeoutMs) => runner.stop(timeoutMs),
  };
}
