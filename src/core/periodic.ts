import type { Log } from './log.ts';

/** Work that comes again and again, never twice at once; a failure is logged and the next round comes all the same. */
export interface Periodic {
  /** Waits for a round under way. */
  stop(): Promise<void>;
}

/** @example const sweeper = every(60_000, () => objects.sweep(), { name: 'sweep of removed bytes', log }) */
export function every(
  milliseconds: number,
  work: () => Promise<unknown>,
  { name, log }: { name: string; log: Log },
): Periodic {
  let round: Promise<unknown> | undefined;
  const run = (): void => {
    round ??= work()
      .catch((error: unknown) => log.error({ err: error, name }, 'periodic work failed'))
      .finally(() => {
        round = undefined;
      });
  };
  const timer = setInterval(run, milliseconds).unref();
  return {
    async stop() {
      clearInterval(timer);
      await round;
    },
  };
}
