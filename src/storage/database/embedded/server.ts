import { spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LoamError } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { isProcess } from '../processes.ts';
import type { Binaries } from './binaries.ts';
import { type Cluster, serverEnvironment, writeAccessRules } from './cluster.ts';
import { findPostmaster, forgetPostmaster, type Postmaster } from './postmaster-file.ts';
import { serverSettings } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

export interface EmbeddedServer {
  readonly socketFolder: string;
  readonly port: number;
  /** Whether a server that a killed Loam left behind was taken over. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

const PORT = 5432;
// The address of a Unix socket holds 104 bytes on macOS and 108 on Linux; the file's own name is part of them.
const LONGEST_SOCKET_FOLDER = 80;
// Replaying the log of a large, busy database after a crash takes its time.
const START_TIMEOUT_MS = 120_000;
const ADOPT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 10;
const WATCH_MS = 1_000;
const LARGEST_LOG = 1_000_000;

/**
 * The server of a cluster: the one that already runs there (a Loam that was killed left it behind), else a new one. It is
 * started again when it ends by itself, and ends with this process.
 *
 * @throws LoamError `database-unusable` with the last lines of the server's log when it does not start.
 */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const left = findPostmaster(options.cluster.data);
  const adopted = left && (await adopt(left, options));
  let postmaster = adopted ?? (await launch(options, socketFolderOf(options)));
  const endWithProcess = (): void => void signalServer(postmaster.pid, 'SIGINT');
  process.once('exit', endWithProcess);
  let relaunching: Promise<void> | undefined;
  const relaunch = async (): Promise<void> => {
    options.log.error({ pid: postmaster.pid }, 'The embedded database server ended by itself; starting it again');
    try {
      postmaster = await launch(options, postmaster.socketFolder);
    } catch (error) {
      options.log.error({ error: String(error) }, 'The embedded database server does not start');
    } finally {
      relaunching = undefined;
    }
  };
  const watch = setInterval(() => {
    if (!isProcess(postmaster.pid)) relaunching ??= relaunch();
  }, WATCH_MS);
  watch.unref();
  return {
    socketFolder: postmaster.socketFolder,
    port: postmaster.port,
    adopted: adopted !== undefined,
    async stop() {
      clearInterval(watch);
      await relaunching;
      process.off('exit', endWithProcess);
      await end(postmaster);
    },
  };
}

async function adopt(left: Postmaster, { cluster, log, signal }: ServerOptions): Promise<Postmaster | undefined> {
  const found = await waitFor(() => ready(cluster) ?? gone(left), ADOPT_TIMEOUT_MS, signal);
  if (found && found !== 'gone') {
    log.info({ pid: left.pid }, 'Took over the database server of a Loam that was killed');
    return found;
  }
  await end(left);
  return undefined;
}

async function launch(options: ServerOptions, socketFolder: string): Promise<Postmaster> {
  const { cluster, binaries, user, signal } = options;
  forgetPostmaster(cluster.data);
  writeAccessRules(cluster, user);
  const logFile = openLog(cluster.log);
  const settings = { unix_socket_directories: socketFolder, port: String(PORT), ...serverSettings };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', cluster.data, ...parameters], {
    ...user.identity,
    cwd: cluster.folder,
    env: serverEnvironment(),
    // Away from the terminal's signals: Ctrl-C reaches Loam, which ends the server after its last statement.
    detached: true,
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, by) => {
    failure ??= `it ended with ${by ?? `code ${code}`}`;
  });
  child.unref();
  const found = await waitFor(
    () => ready(cluster) ?? (failure === undefined ? undefined : 'gone'),
    START_TIMEOUT_MS,
    signal,
  );
  if (found && found !== 'gone') return found;
  if (child.pid !== undefined) signalServer(child.pid, 'SIGQUIT');
  const problem = failure ?? `it was not ready after ${START_TIMEOUT_MS / 1000} seconds`;
  throw new LoamError('database-unusable', {
    problem: `The embedded PostgreSQL server did not start: ${problem}. Its log ends with: ${logEnd(cluster.log)}`,
  });
}

async function end({ pid }: { pid: number }): Promise<void> {
  signalServer(pid, 'SIGINT');
  const ended = await waitFor(() => !isProcess(pid) || undefined, STOP_TIMEOUT_MS);
  if (ended) return;
  // Without a last checkpoint: nothing is lost, the next start replays the log.
  signalServer(pid, 'SIGQUIT');
  await waitFor(() => !isProcess(pid) || undefined, STOP_TIMEOUT_MS);
}

function ready(cluster: Cluster): Postmaster | undefined {
  const postmaster = findPostmaster(cluster.data);
  return postmaster?.ready ? postmaster : undefined;
}

function gone({ pid }: Postmaster): 'gone' | undefined {
  return isProcess(pid) ? undefined : 'gone';
}

async function waitFor<Found>(
  look: () => Found | undefined,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Found | undefined> {
  for (let waited = 0; waited < timeoutMs; waited += POLL_MS) {
    const found = look();
    if (found !== undefined) return found;
    await delay(POLL_MS, undefined, { signal });
  }
  return look();
}

function signalServer(pid: number, name: 'SIGINT' | 'SIGQUIT'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function socketFolderOf({ cluster, user }: ServerOptions): string {
  if (Buffer.byteLength(cluster.socket) <= LONGEST_SOCKET_FOLDER) {
    mkdirSync(cluster.socket, { recursive: true, mode: 0o700 });
    return cluster.socket;
  }
  const folder = mkdtempSync(join(tmpdir(), 'loam-'));
  if (user.identity) chownSync(folder, user.identity.uid, user.identity.gid);
  return folder;
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(path, size > LARGEST_LOG ? 'w' : 'a', 0o600);
}

function logEnd(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-3).join(' / ');
}
