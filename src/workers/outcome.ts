import { type ErrorCode, type ErrorDetails, isLoamError, LoamError } from '../core/errors.ts';

/** What a worker sends back. Errors lose their class on the way, so that they cross as data. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'loam-error'; readonly code: ErrorCode; readonly details: ErrorDetails<ErrorCode> }
  | { readonly kind: 'failure'; readonly reason: string; readonly cause: string };

/** The argument of a process that is confined. */
export const CONFINED = 'confined';

/** What is sent to a worker. */
export interface Call {
  /** `file:` URL of the task's module. */
  readonly file: string;
  readonly input: unknown;
  readonly cpuMs?: number | undefined;
}

/** In the worker: runs the task and turns whatever comes of it into data. */
export async function settle(call: Call): Promise<Outcome> {
  try {
    const module: { run?: (input: unknown) => unknown } = await import(call.file);
    if (typeof module.run !== 'function') throw new TypeError(`${call.file} exports no function run`);
    return { kind: 'value', value: await module.run(call.input) };
  } catch (error) {
    return describeFailure(error);
  }
}

/** In the parent: the value, or the error as the task threw it. */
export function unwrap(outcome: Outcome, task: string): unknown {
  if (outcome.kind === 'value') return outcome.value;
  if (outcome.kind === 'loam-error') throw new LoamError(outcome.code, outcome.details);
  throw new LoamError('work-failed', { task, reason: outcome.reason }, { cause: new Error(outcome.cause) });
}

// A message may quote the input, so that only its kind is told; the message itself stays in the cause, for the programmer.
export function describeFailure(error: unknown): Outcome {
  if (isLoamError(error)) return { kind: 'loam-error', code: error.code, details: error.details };
  if (!(error instanceof Error))
    return { kind: 'failure', reason: 'it threw something that is no error', cause: typeof error };
  return { kind: 'failure', reason: `it threw a ${error.name}`, cause: error.stack ?? error.message };
}
