/**
 * Heavy or hostile work, run outside the event loop. A task is a module that exports `run(input)`; it is named by the URL
 * that `taskFile()` gives, and its input and output are structured-cloneable.
 */
export interface WorkerTask<Input, Output> {
  /** For errors and logs: `Parsing a document`. */
  readonly name: string;
  readonly file: URL;
  /** Never set; carries the types. */
  readonly types?: { input: Input; output: Output };
}

export interface WorkerLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface WorkerPool {
  /**
   * @throws LoamError `work-timed-out`, `work-out-of-memory` or `work-failed`; the reason of the signal when it fires.
   * A task that exceeds a limit ends itself with its worker, never the process.
   */
  run<Input, Output>(
    task: WorkerTask<Input, Output>,
    input: Input,
    options: { limits: WorkerLimits; signal?: AbortSignal; transfer?: readonly ArrayBuffer[] },
  ): Promise<Output>;
  close(): Promise<void>;
}
