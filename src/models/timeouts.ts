import { LoamError } from '../core/errors.ts';

interface Limits {
  readonly label: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A timer that a sign of life sets back. */
interface Watch {
  /** Fires with the caller's signal, or when nothing was heard for the time. */
  readonly signal: AbortSignal;
  heard(): void;
  end(): void;
  /** What the caller is told in place of an error that the watch caused. */
  explain(error: unknown): unknown;
}

export function startWatch({ label, timeoutMs, signal }: Limits): Watch {
  const expired = new AbortController();
  const seconds = timeoutMs / 1000;
  const failure = new LoamError('model-timed-out', { label, seconds });
  let timer = setTimeout(() => expired.abort(failure), timeoutMs);
  return {
    signal: AbortSignal.any([signal, expired.signal]),
    heard() {
      clearTimeout(timer);
      timer = setTimeout(() => expired.abort(failure), timeoutMs);
    },
    end: () => clearTimeout(timer),
    explain: (error) => (expired.signal.aborted && !signal.aborted ? failure : error),
  };
}

/** Runs a call under a time limit. */
export async function withTimeout<Result>(
  limits: Limits,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const watch = startWatch(limits);
  try {
    return await call(watch.signal);
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.end();
  }
}
