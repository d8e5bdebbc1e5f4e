import type { Scope } from '../../core/scope.ts';
import type { Database, Statements } from '../database/contract.ts';
import type { JobState, JobStatus, Progress } from './contract.ts';

/** A job that this instance has just claimed. */
export interface ClaimedJob {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly kind: string;
  readonly payload: object;
  readonly attempt: number;
  readonly failures: number;
}

/** How an attempt left its job. */
export interface Outcome {
  readonly state: JobState;
  readonly reason?: string | undefined;
  readonly failures?: number | undefined;
  /** Seconds until a queued job may be claimed again. */
  readonly delay?: number | undefined;
}

type StatusRow = Omit<JobStatus, 'progress' | 'reason'> & { progress: Progress | null; reason: string | null };

/** The statements of the job queue. `instance` is this process; only what it owns can it write. */
export function createJobTable(database: Database, instance: string) {
  const owned = (job: ClaimedJob) => ({
    account: job.account,
    region: job.region,
    id: job.id,
    attempt: job.attempt,
    instance,
  });
  return {
    async insert(scope: Scope, job: { id: string; kind: string; payload: object }, within: Statements = database) {
      await within.query(
        scope,
        `insert into jobs (account, region, id, kind, payload, state)
         values (:account, :region, :id, :kind, :payload::jsonb, 'queued') on conflict (account, region, id) do nothing`,
        job,
      );
    },

    async status(scope: Scope, id: string): Promise<JobStatus | undefined> {
      const [row] = await database.query<StatusRow>(
        scope,
        `select id, kind, state, attempt, progress, reason from jobs
         where account = :account and region = :region and id = :id`,
        { id },
      );
      if (!row) return undefined;
      const { progress, reason, ...status } = row;
      return { ...status, ...(progress && { progress }), ...(reason !== null && { reason }) };
    },

    /** A queued job is cancelled now, a running one by its owner. */
    async requestCancel(scope: Scope, id: string) {
      await database.query(
        scope,
        `update jobs set cancel_requested = true,
           state = case state when 'queued' then 'cancelled' else state end,
           ended = case state when 'queued' then now() else ended end
         where account = :account and region = :region and id = :id and state in ('queued', 'running')`,
        { id },
      );
    },

    /** Claims due jobs, at most `free` of each kind; what another instance claims at this moment is passed over. */
    claim(open: readonly { kind: string; free: number }[]): Promise<ClaimedJob[]> {
      return database.system<ClaimedJob>(
        `with chosen as materialized (
           select due.account, due.region, due.id
           from unnest(:kinds::text[], :free::integer[]) as want (kind, free)
           cross join lateral (
             select account, region, id from jobs where jobs.kind = want.kind and state = 'queued' and due <= now()
             order by due limit want.free for update skip locked
           ) as due
         )
         update jobs set state = 'running', owner = :instance, attempt = attempt + 1, reason = null
         from chosen
         where jobs.account = chosen.account and jobs.region = chosen.region and jobs.id = chosen.id
         returning jobs.account, jobs.region, jobs.id, kind, payload, attempt, failures`,
        { kinds: open.map(({ kind }) => kind), free: open.map(({ free }) => free), instance },
      );
    },

    /** @returns false when the job is no longer this attempt's: it was held for dead and given away. */
    async saveProgress(job: ClaimedJob, progress: Progress): Promise<boolean> {
      const rows = await database.system(
        `update jobs set progress = :progress::jsonb, crashes = 0
         where account = :account and region = :region and id = :id and owner = :instance and attempt = :attempt
         returning id`,
        { ...owned(job), progress },
      );
      return rows.length > 0;
    },

    /** Whether the job is still this attempt's; it stays so until the transaction ends. */
    async owns(job: ClaimedJob, within: Statements): Promise<boolean> {
      const rows = await within.system(
        `select 1 from jobs where account = :account and region = :region and id = :id and owner = :instance
           and attempt = :attempt and state = 'running' for share`,
        owned(job),
      );
      return rows.length > 0;
    },

    async finish(job: ClaimedJob, outcome: Outcome) {
      await database.system(
        `update jobs set state = :state, owner = null, reason = :reason, failures = :failures,
           due = now() + make_interval(secs => :delay), ended = case when :ended then now() end
         where account = :account and region = :region and id = :id and owner = :instance and attempt = :attempt`,
        {
          ...owned(job),
          state: outcome.state,
          reason: outcome.reason ?? null,
          failures: outcome.failures ?? job.failures,
          delay: outcome.delay ?? 0,
          ended: outcome.state !== 'queued',
        },
      );
    },

    /** Which of these jobs were cancelled since they were claimed. */
    async cancelRequested(running: readonly string[]): Promise<string[]> {
      const rows = await database.system<{ id: string }>(
        `select id from jobs where id = any (:running::uuid[]) and state = 'running' and owner = :instance and cancel_requested`,
        { instance, running },
      );
      return rows.map(({ id }) => id);
    },
  };
}

export type JobTable = ReturnType<typeof createJobTable>;
