import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { type Attempt, type EndReason, startAttempt } from './attempt.ts';
import type { JobHandler } from './contract.ts';
import { DEAD_AFTER_SECONDS, type InstanceTable } from './instance-table.ts';
import type { ClaimedJob, JobTable } from './job-table.ts';

export interface RunnerOptions {
  readonly jobs: JobTable;
  readonly instances: InstanceTable;
  readonly clock: Clock;
  readonly log: Log;
  /** No other process shares the database. */
  readonly alone: boolean;
}

const POLL_MS = 1_000;
const HEARTBEAT_MS = 2_000;
const PRUNE_MS = 3_600_000;
// Before the others hold this instance for dead and take its jobs, it lets go of them by itself.
const LET_GO_MS = DEAD_AFTER_SECONDS * 600;

/** Claims due jobs, runs them, and keeps the queue honest about who is alive: one turn after the other, never two at once. */
export class JobRunner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Attempt>();
  #handlers: readonly JobHandler<never>[] = [];
  #loop: Promise<void> | undefined;
  #stopping = false;
  #pause = new AbortController();
  #heard = Number.NEGATIVE_INFINITY;
  #pruned = Number.NEGATIVE_INFINITY;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  async start(handlers: readonly JobHandler<never>[]): Promise<void> {
    if (this.#loop) throw new Error('The jobs were started already.');
    this.#handlers = handlers;
    if (this.#options.alone) await this.#options.instances.forgetOthers();
    this.#loop = this.#run();
  }

  /** Looks for work and cancellations now instead of at the next turn. */
  wake(): void {
    this.#pause.abort();
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    this.#endAll('stopping');
    const all = Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await Promise.race([all, delay(timeoutMs, undefined, { ref: false })]);
    if (!this.#options.alone && this.#running.size === 0) await this.#options.instances.forgetThis();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#pause = new AbortController();
      await this.#turn();
      await delay(POLL_MS, undefined, { signal: this.#pause.signal, ref: false }).catch(() => undefined);
    }
  }

  async #turn(): Promise<void> {
    const { alone, clock, log } = this.#options;
    try {
      await this.#keepAlive();
      await this.#heedCancellations();
      await this.#takeWork();
    } catch (error) {
      log.error({ error: String(error) }, 'The job queue could not be read');
      if (!alone && clock.now() - this.#heard > LET_GO_MS) this.#endAll('lost');
    }
  }

  async #keepAlive(): Promise<void> {
    const { alone, clock, instances, log } = this.#options;
    const now = clock.now();
    if (now - this.#heard < HEARTBEAT_MS) return;
    if (!alone) await instances.heartbeat();
    this.#heard = now;
    const reclaimed = await instances.reclaim([...this.#running.keys()]);
    if (reclaimed.length > 0) log.warn({ jobs: reclaimed }, 'Took over the jobs of a process that is gone');
    if (now - this.#pruned < PRUNE_MS) return;
    await instances.prune();
    this.#pruned = now;
  }

  async #heedCancellations(): Promise<void> {
    if (this.#running.size === 0) return;
    const ids = await this.#options.jobs.cancelRequested([...this.#running.keys()]);
    for (const id of ids) this.#running.get(id)?.end('cancelled');
  }

  async #takeWork(): Promise<void> {
    const free = this.#handlers.map(({ kind, concurrency }) => ({ kind, free: concurrency - this.#count(kind) }));
    const open = free.filter((handler) => handler.free > 0);
    if (open.length === 0) return;
    for (const job of await this.#options.jobs.claim(open)) this.#attempt(job);
  }

  #attempt(job: ClaimedJob): void {
    const handler = this.#handlers.find(({ kind }) => kind === job.kind);
    if (!handler) return;
    const attempt = startAttempt(job, handler, this.#options);
    this.#running.set(job.id, attempt);
    void attempt.ended.then(() => {
      this.#running.delete(job.id);
      this.wake();
    });
  }

  #count(kind: string): number {
    return [...this.#running.values()].filter(({ job }) => job.kind === kind).length;
  }

  #endAll(why: EndReason): void {
    for (const attempt of this.#running.values()) attempt.end(why);
  }
}
