import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/** Looks again and again until something is found. @returns undefined when the time is over. */
export async function waitFor<Found>(
  look: () => Found | undefined,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Found | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined || performance.now() > end) return found;
    await delay(POLL_MS, undefined, signal && { signal });
  }
}
