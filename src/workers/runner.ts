import type { WorkerLimits, WorkerTask } from './contract.ts';
import type { Outcome } from './outcome.ts';

export interface RunnerCall {
  readonly task: WorkerTask<unknown, unknown>;
  readonly input: unknown;
  readonly limits: WorkerLimits;
  readonly transfer: readonly ArrayBuffer[];
  /** Ends the worker when it fires. */
  readonly signal: AbortSignal;
}

/** One way of running tasks: in threads or in processes. */
export interface Runner {
  /** @throws LoamError `work-out-of-memory`. Once the signal has fired, what it gives or throws is of no interest. */
  run(call: RunnerCall): Promise<Outcome>;
  close(): Promise<void>;
}
