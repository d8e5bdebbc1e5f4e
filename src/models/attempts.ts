import { setTimeout as delay } from 'node:timers/promises';
import { isLoamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

export interface AttemptPolicy {
  /** Of one call, the first included. */
  readonly attempts: number;
  /** Before the second attempt; doubled for each further one. */
  readonly firstDelayMs: number;
  /** A provider that asks for a longer pause is not tried again. */
  readonly longestDelayMs: number;
}

export const DEFAULT_POLICY: AttemptPolicy = { attempts: 3, firstDelayMs: 250, longestDelayMs: 20_000 };

/** Runs a call again when it failed in a way that may pass: throttling, a 5xx, a broken connection. */
export async function withAttempts<Result>(
  call: () => Promise<Result>,
  { policy, signal, log }: { policy: AttemptPolicy; signal: AbortSignal; log: Log },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const pause = pauseBefore(error, attempt, policy);
      if (pause === undefined || signal.aborted) throw error;
      log.warn(
        { attempt, pauseMs: pause, problem: isLoamError(error) ? error.code : 'unknown' },
        'Model call failed, trying again',
      );
      await delay(pause, undefined, { signal });
    }
  }
}

/** @returns undefined when there is nothing to gain by another attempt */
function pauseBefore(error: unknown, attempt: number, policy: AttemptPolicy): number | undefined {
  if (attempt >= policy.attempts) return undefined;
  const backOff = policy.firstDelayMs * 2 ** (attempt - 1);
  if (isLoamError(error, 'model-throttled')) {
    const pause = Math.max(backOff, error.details.retryAfterMs ?? 0);
    return pause <= policy.longestDelayMs ? pause : undefined;
  }
  return isLoamError(error, 'model-call-failed') && error.details.retryable ? backOff : undefined;
}
