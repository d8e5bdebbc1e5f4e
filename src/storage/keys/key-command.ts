import { execFile } from 'node:child_process';
import { LoamError } from '../../core/errors.ts';

const MOST_OUTPUT_BYTES = 4_096;

/**
 * Runs the command that prints the root key; without a shell, so nothing of it is interpreted. What it prints is in no message:
 * it may be the key, or near it.
 *
 * @param command the program and its arguments
 * @throws LoamError `root-key-unusable` when it cannot be run, fails, prints more than 4 KB or takes longer than the limit
 */
export function runKeyCommand(
  command: readonly string[],
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<string> {
  const [program = '', ...rest] = command;
  const options = { timeout: timeoutMs, maxBuffer: MOST_OUTPUT_BYTES, shell: false, windowsHide: true, signal };
  return new Promise((resolve, reject) => {
    execFile(program, rest, options, (error, output) => {
      if (!error) resolve(output);
      else if (signal?.aborted) reject(signal.reason);
      else
        reject(new LoamError('root-key-unusable', { source: 'rootKeyCommand', problem: problemOf(error, timeoutMs) }));
    });
  });
}

function problemOf(error: Error & { code?: unknown; killed?: boolean }, timeoutMs: number): string {
  if (error.code === 'ENOENT') return 'names a program that is not there';
  if (error.code === 'EACCES') return 'names a program that may not be run';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `printed more than ${MOST_OUTPUT_BYTES} bytes`;
  if (error.killed) return `did not end within ${timeoutMs / 1000} seconds`;
  return typeof error.code === 'number' ? `ended with code ${error.code}` : 'could not be run';
}
