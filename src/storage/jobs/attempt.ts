import type { Clock } from '../../core/clock.ts';
import { isLoamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { JobHandler, Progress } from './contract.ts';
import type { ClaimedJob, JobTable, Outcome } from './job-table.ts';
import { createProgressWriter } from './progress-writer.ts';

/** Why an attempt is told to end before its work is done. */
export type EndReason = 'cancelled' | 'stopping' | 'lost';

/** What the signal of an attempt carries. */
class AttemptEnded extends Error {
  override readonly name = 'AttemptEnded';
  readonly why: EndReason;

  constructor(why: EndReason) {
    super(`The attempt was ended: ${why}.`);
    this.why = why;
  }
}

export interface Attempt {
  readonly job: ClaimedJob;
  /** Resolves when the outcome is written (or cannot be); never rejects. */
  readonly ended: Promise<void>;
  end(why: EndReason): void;
}

// Trying again cannot help when the input is at fault.
const PERMANENT = new Set(['invalid', 'denied', 'not-found', 'conflict', 'too-large', 'not-implemented']);
const LONGEST_DELAY_SECONDS = 60;

/** Runs one attempt of a claimed job and writes how it ended. */
export function startAttempt(
  job: ClaimedJob,
  handler: JobHandler<never>,
  { jobs, clock, log }: { jobs: JobTable; clock: Clock; log: Log },
): Attempt {
  const controller = new AbortController();
  const end = (why: EndReason): void => controller.abort(new AttemptEnded(why));
  const progress = createProgressWriter(async (latest: Progress) => {
    try {
      if (!(await jobs.saveProgress(job, latest))) end('lost');
    } catch (error) {
      // Progress is for watching: work does not fail because a number could not be shown.
      log.warn({ job: job.id, error: String(error) }, 'The progress of a job could not be written');
    }
  }, clock);
  const run = async (): Promise<void> => {
    let outcome: Outcome | undefined;
    try {
      const { id, account, region, attempt, payload } = job;
      const scope = { account, region };
      await handler.run({
        id,
        scope,
        attempt,
        payload: payload as never,
        signal: controller.signal,
        async fence(within) {
          if (!(await jobs.owns(job, within))) end('lost');
          controller.signal.throwIfAborted();
        },
        report: progress.report,
      });
      outcome = { state: 'done' };
    } catch (error) {
      outcome = outcomeOf(error, { job, handler, signal: controller.signal, log });
    }
    await progress.finish();
    if (outcome) await jobs.finish(job, outcome);
  };
  const ended = run().catch((error: unknown) => {
    // The job stays ours without running: the next reclaim queues it again.
    log.error({ job: job.id, kind: job.kind, error: String(error) }, 'The outcome of a job could not be written');
  });
  return { job, ended, end };
}

function outcomeOf(
  error: unknown,
  { job, handler, signal, log }: { job: ClaimedJob; handler: JobHandler<never>; signal: AbortSignal; log: Log },
): Outcome | undefined {
  const ended = signal.reason instanceof AttemptEnded ? signal.reason.why : undefined;
  if (ended === 'lost') return undefined;
  if (ended === 'cancelled') return { state: 'cancelled' };
  if (ended === 'stopping') return { state: 'queued' };
  const failures = job.failures + 1;
  const facts = { job: job.id, kind: job.kind, attempt: job.attempt, error: String(error) };
  const permanent = isLoamError(error) && PERMANENT.has(error.kind);
  if (failures < handler.attempts && !permanent) {
    log.warn(facts, 'An attempt of a job failed; it will be tried again');
    return {
      state: 'queued',
      failures,
      reason: reasonOf(error),
      delay: Math.min(2 ** (failures - 1), LONGEST_DELAY_SECONDS),
    };
  }
  log.error(facts, 'A job failed');
  return { state: 'failed', failures, reason: reasonOf(error) };
}

// The text of an unforeseen error may quote what a user stored: it goes to the log alone.
function reasonOf(error: unknown): string {
  if (isLoamError(error)) return error.message;
  return `An internal error${error instanceof Error ? ` (${error.name})` : ''}; the log has the details.`;
}
