import type { Progress } from '../storage/jobs/contract.ts';
import { progressLine } from './progress-line.ts';

/** Results go to standard output, everything else to standard error, so that a pipe gets results alone. */
export interface Output {
  /** The result: one JSON value with --json, else the text. */
  result(value: unknown, text: string): void;
  note(text: string): void;
  /** Redraws one line on a terminal once the work has taken a second; silent elsewhere. */
  progress(label: string, progress: Progress): void;
  endProgress(): void;
}

export interface OutputStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly now: () => number;
}

const QUIET_MS = 1000;

export function createOutput(streams: OutputStreams, json: boolean): Output {
  const started = streams.now();
  let drawn = false;
  const clear = (): void => {
    if (drawn) streams.stderr.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    result(value, text) {
      clear();
      streams.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
    },
    note(text) {
      clear();
      streams.stderr.write(`${text}\n`);
    },
    progress(label, progress) {
      const elapsed = streams.now() - started;
      if (!streams.stderr.isTTY || elapsed < QUIET_MS) return;
      clear();
      streams.stderr.write(progressLine(label, progress, elapsed, streams.stderr.columns ?? 80));
      drawn = true;
    },
    endProgress: clear,
  };
}
