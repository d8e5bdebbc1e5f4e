import type { Confinement } from './confinement.ts';

/**
 * Heavy or hostile work, run outside the event loop. A task is a module that exports `run(input)`; it is named by the URL
 * that `taskFile()` gives, and its input and output are structured-cloneable.
 */
export interface WorkerTask<Input, Output> {
  /** For errors and logs: `Parsing a document`. */
  readonly name: string;
  readonly file: URL;
  /**
   * `thread` (the default) shares memory and starts in a few milliseconds: for our own computation over our own data. Some
   * allocations beyond its heap limit end the whole process (`docs/decisions/2026-11-24-hostile-work-in-processes.md`), so
   * work whose input was made by others runs in a `process`: it alone dies, of whatever.
   */
  readonly isolation?: 'thread' | 'process';
  /**
   * Of a process: takes from it whatever a program by somebody else has no need of, the network, other files and programs. It
   * is kept for tasks of the same confinement alone.
   */
  readonly confinement?: Confinement;
  /** Never set; carries the types. */
  readonly types?: { input: Input; output: Output };
}

export interface WorkerLimits {
  /** By the clock, the start of the worker included. */
  readonly timeoutMs: number;
  /** Of processor time, for processes: ends an endless loop soon, and honest work on a busy machine only when it must. */
  readonly cpuMs?: number;
  /** Of a thread: its JavaScript heap. Of a process: all that it takes beyond what an empty one does. */
  readonly memoryMb: number;
}

export interface WorkerPool {
  /**
   * @throws LoamError `work-timed-out`, `work-out-of-memory` or `work-failed`; the LoamError that the task threw; the reason
   * of the signal when it fires. A task that exceeds a limit ends itself with its worker, never the process.
   */
  run<Input, Output>(
    task: WorkerTask<Input, Output>,
    input: Input,
    options: { limits: WorkerLimits; signal?: AbortSignal; transfer?: readonly ArrayBuffer[] },
  ): Promise<Output>;
  /** Ends whatever runs; waiting and running tasks are rejected. */
  close(): Promise<void>;
}
