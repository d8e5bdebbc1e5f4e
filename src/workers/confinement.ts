import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { taskFile } from './task-file.ts';

/** What a process may touch that runs a program which somebody else wrote. */
export interface Confinement {
  /** Files, and folders that end in a separator, that it may read beside Loam's own code. */
  readonly reads: readonly string[];
}

// Named `--permission` from Node 23.5 on.
const FLAG = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';

/**
 * The flags of Node's permission model that confine a process: it reads Loam's own code and what `reads` names, writes
 * nothing, and starts no program, thread, add-on or debugger. The network is not in that model on every version of Node:
 * `leaveNetwork` takes it away from inside.
 */
export function confinementFlags({ reads }: Confinement): string[] {
  const code = dirname(dirname(fileURLToPath(taskFile(import.meta.url, './process-entry.ts'))));
  // Says that Loam's files are modules.
  const own = [join(code, '/'), join(dirname(code), 'package.json')];
  return [FLAG, ...[...own, ...reads].map((path) => `--allow-fs-read=${path}`)];
}

const MEGABYTE = 2 ** 20;
const PAGE_BYTES = 4096;
const EVERY_MS = 50;
// What a process takes that has done nothing yet.
const EMPTY_BYTES = 64 * MEGABYTE;

/**
 * Watches the memory of a confined process from outside, for it has no thread for a watchdog. Only where the system tells of
 * it in /proc; elsewhere the limit of the JavaScript heap alone holds.
 *
 * @param exceeded called once, when it takes more than `memoryMb` beyond what it took at the beginning, or an empty process does
 * @returns ends the watch
 */
export function watchMemory(pid: number | undefined, memoryMb: number, exceeded: () => void): () => void {
  const start = residentBytes(pid);
  if (start === undefined) return () => undefined;
  const timer = setInterval(() => {
    if ((residentBytes(pid) ?? 0) <= Math.max(start, EMPTY_BYTES) + memoryMb * MEGABYTE) return;
    clearInterval(timer);
    exceeded();
  }, EVERY_MS).unref();
  return () => clearInterval(timer);
}

function residentBytes(pid: number | undefined): number | undefined {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  } catch (error) {
    // No such system, or the process is gone: then there is nothing to watch.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
