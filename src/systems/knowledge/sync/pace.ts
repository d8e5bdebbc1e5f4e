import type { Clock } from '../../../core/clock.ts';
import type { Progress } from '../../../storage/jobs/contract.ts';

/** Tells how fast work goes on and how long it will take. */
export interface Pace {
  /** The progress with its rate over the last while, and the time left at that rate. */
  of(done: number, total: number): Pick<Progress, 'perSecond' | 'secondsLeft'>;
}

const WINDOW_MS = 30_000;
// More often than this a mark tells nothing new, and there would be many.
const MARK_EVERY_MS = 250;

/**
 * Measures over the last half minute: what went fast at first, or waited for its start, says little of what comes.
 *
 * @param done how much was done before: it was not done at this pace
 */
export function createPace(clock: Clock, done: number): Pace {
  const marks = [{ at: clock.now(), done }];
  return {
    of(now, total) {
      const at = clock.now();
      while (marks.length > 1 && at - (marks[1]?.at ?? at) >= WINDOW_MS) marks.shift();
      const [first] = marks;
      if (at - (marks.at(-1)?.at ?? 0) >= MARK_EVERY_MS) marks.push({ at, done: now });
      if (!first || at <= first.at || now <= first.done) return {};
      const perSecond = (now - first.done) / ((at - first.at) / 1000);
      return { perSecond: round(perSecond), secondsLeft: Math.ceil((total - now) / perSecond) };
    },
  };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
