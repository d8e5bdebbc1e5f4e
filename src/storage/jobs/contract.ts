import type { Scope } from '../../core/scope.ts';
import type { Transaction } from '../database/contract.ts';

export interface Progress {
  readonly done: number;
  /** Absent while it is not known. */
  readonly total?: number;
  /** What is counted: `documents`, `pages`. */
  readonly unit: string;
  /** How many a second, lately, and the time left at that rate, where the work tells them. */
  readonly perSecond?: number;
  readonly secondsLeft?: number;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobStatus {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly progress?: Progress;
  /** Why it failed, in a sentence. */
  readonly reason?: string;
}

/** One attempt of a job, as its handler sees it. */
export interface RunningJob<Payload> {
  readonly id: string;
  readonly scope: Scope;
  readonly payload: Payload;
  /** From 1. A second attempt after a crash sees what the first one wrote: handlers are idempotent. */
  readonly attempt: number;
  /**
   * Fires on cancel, on shutdown (the job is queued again) and when another process has taken the job over. A handler that
   * ends early because of it throws (`signal.throwIfAborted()`); one that returns has done its work.
   */
  readonly signal: AbortSignal;
  /**
   * To be called in every transaction that makes the attempt's work count: fails when another process has taken the job over,
   * and keeps that from happening until the transaction ends. So nothing of an attempt that was held for dead comes into effect
   * beside the next one.
   *
   * @throws what the signal carries
   */
  fence(within: Transaction): Promise<void>;
  /** Kept and written at most twice a second: report as often as it is handy. */
  report(progress: Progress): Promise<void>;
}

export interface JobHandler<Payload> {
  readonly kind: string;
  /**
   * Attempts that may throw before the job is failed for good; a LoamError of a kind that trying again cannot help
   * (invalid, denied, not-found, conflict, too-large, not-implemented) fails it at once. A crash of the process is no failure.
   */
  readonly attempts: number;
  /** How many of this kind run at once in one process. */
  readonly concurrency: number;
  run(job: RunningJob<Payload>): Promise<void>;
}

/** Durable work. A job that was running when the process was killed goes on by itself after the restart. */
export interface Jobs {
  /**
   * `id` is chosen by the caller (a UUID), so that a row of his own can name the job in the same breath; a second enqueue of one id is ignored.
   * Given a transaction, the job is there exactly when the transaction's rows are.
   */
  enqueue(scope: Scope, job: { id: string; kind: string; payload: object }, within?: Transaction): Promise<void>;
  /** A queued job is cancelled at once, a running one as soon as its handler heeds the signal; one that has ended stays. */
  cancel(scope: Scope, id: string): Promise<void>;
  status(scope: Scope, id: string): Promise<JobStatus | undefined>;
  /** Starts taking work for these handlers. */
  start(handlers: readonly JobHandler<never>[]): Promise<void>;
  /**
   * Signals running attempts and waits for them up to `timeoutMs`; they are queued again. What does not heed the signal is
   * queued again once this process is gone.
   */
  stop(timeoutMs: number): Promise<void>;
}
