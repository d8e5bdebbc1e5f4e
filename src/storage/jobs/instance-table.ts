import type { Database } from '../database/contract.ts';
import type { JobState } from './contract.ts';

/** Instances that were not heard of for so long are dead; their jobs go back to the queue. */
export const DEAD_AFTER_SECONDS = 10;
// A job whose process dies each time is left alone in the end, or a poisonous document would end the server for ever.
const MOST_CRASHES = 25;
const KEEP_ENDED_DAYS = 30;

/** Who is alive among the processes that share the queue, and what happens to the jobs of those who are not. */
export function createInstanceTable(database: Database, instance: string) {
  return {
    async heartbeat() {
      await database.system(
        `insert into job_instances (instance, seen) values (:instance, now())
         on conflict (instance) do update set seen = excluded.seen`,
        { instance },
      );
    },

    /** Forgets every other instance: for a process that knows it is alone. */
    async forgetOthers() {
      await database.system('delete from job_instances where instance <> :instance', { instance });
    },

    async forgetThis() {
      await database.system('delete from job_instances where instance = :instance', { instance });
    },

    /** Queues again what dead instances ran, and what this one owns without running it (`running` are the ids it runs). */
    async reclaim(running: readonly string[]): Promise<{ id: string; state: JobState }[]> {
      return database.system(
        `update jobs set owner = null, crashes = crashes + 1, due = now(),
           state = case when cancel_requested then 'cancelled' when crashes >= :most then 'failed' else 'queued' end,
           ended = case when cancel_requested or crashes >= :most then now() end,
           reason = case when crashes >= :most and not cancel_requested
             then 'The process that ran it ended each time before it made progress.' end
         where state = 'running' and case when owner = :instance then id <> all (:running::uuid[])
           else not exists (
             select from job_instances as other
             where other.instance = jobs.owner and other.seen > now() - make_interval(secs => :dead)
           ) end
         returning id, state`,
        { instance, running, most: MOST_CRASHES, dead: DEAD_AFTER_SECONDS },
      );
    },

    async prune() {
      await database.system('delete from jobs where ended < now() - make_interval(days => :days)', {
        days: KEEP_ENDED_DAYS,
      });
      await database.system("delete from job_instances where seen < now() - interval '1 day'");
    },
  };
}

export type InstanceTable = ReturnType<typeof createInstanceTable>;
