import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, isProcess } from '../processes.ts';

/** What a running server writes about itself into `postmaster.pid` (miscadmin.h in PostgreSQL's source). */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  readonly port: number;
  /** Whether it takes connections. */
  readonly ready: boolean;
}

/** The server that runs on this data directory, if one does. */
export function findPostmaster(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  if (!postmaster || !isProcess(postmaster.pid)) return undefined;
  // After a restart of the machine another program may have the number.
  return commandLine(postmaster.pid).includes(data) ? postmaster : undefined;
}

/** What the file says, whether or not its server still runs. */
export function readPostmaster(data: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, , , port, socketFolder = '', , , status = ''] = text.split('\n');
  if (!Number(pid)) return undefined;
  return { pid: Number(pid), port: Number(port), socketFolder, ready: status.trim() === 'ready' };
}

/** Removes the file of a server that is gone: another program may have its number now, which would keep a new one from starting. */
export function forgetPostmaster(data: string): void {
  rmSync(join(data, 'postmaster.pid'), { force: true });
}
