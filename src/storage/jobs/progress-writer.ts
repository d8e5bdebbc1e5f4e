import type { Clock } from '../../core/clock.ts';
import type { Progress } from './contract.ts';

export interface ProgressWriter {
  /** Keeps the progress, and writes it if none was written lately. */
  report(progress: Progress): Promise<void>;
  /** Writes what was kept and not yet written, and stops. */
  finish(): Promise<void>;
}

const INTERVAL_MS = 500;

/** Writes progress at most twice a second, however often it is reported; the last report is never left out. */
export function createProgressWriter(write: (progress: Progress) => Promise<void>, clock: Clock): ProgressWriter {
  let latest: Progress | undefined;
  let writing = Promise.resolve();
  let next = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const writeLatest = (): Promise<void> => {
    next = clock.now() + INTERVAL_MS;
    writing = writing.then(async () => {
      const progress = latest;
      latest = undefined;
      if (progress) await write(progress);
    });
    return writing;
  };
  return {
    async report(progress) {
      latest = progress;
      const wait = next - clock.now();
      if (wait <= 0) return writeLatest();
      timer ??= setTimeout(() => {
        timer = undefined;
        void writeLatest();
      }, wait).unref();
    },
    finish() {
      clearTimeout(timer);
      return writeLatest();
    },
  };
}
