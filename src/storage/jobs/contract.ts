import type { Scope } from '../../core/scope.ts';

export interface Progress {
  readonly done: number;
  /** Absent while it is not known. */
  readonly total?: number;
  /** What is counted: `documents`, `pages`. */
  readonly unit: string;
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
  /** Fires on cancel and on shutdown; after shutdown the job is queued again. */
  readonly signal: AbortSignal;
  report(progress: Progress): Promise<void>;
}

export interface JobHandler<Payload> {
  readonly kind: string;
  /** Attempts before the job is failed for good. */
  readonly attempts: number;
  /** How many of this kind run at once in one process. */
  readonly concurrency: number;
  run(job: RunningJob<Payload>): Promise<void>;
}

/** Durable work. A job that was running when the process was killed goes on by itself after the restart. */
export interface Jobs {
  /** `id` is chosen by the caller (a UUID), so that a row of his own can name the job in the same breath; a second enqueue of one id is ignored. */
  enqueue(scope: Scope, job: { id: string; kind: string; payload: object }): Promise<void>;
  cancel(scope: Scope, id: string): Promise<void>;
  status(scope: Scope, id: string): Promise<JobStatus | undefined>;
  /** Starts taking work for these handlers. */
  start(handlers: readonly JobHandler<never>[]): Promise<void>;
  /** Signals running attempts, waits for them up to `timeoutMs`, queues again what did not end. */
  stop(timeoutMs: number): Promise<void>;
}
