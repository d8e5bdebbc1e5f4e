import { spawn } from 'node:child_process';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoamError } from '../../../core/errors.ts';
import { signalProcess } from '../processes.ts';
import type { Binaries } from './binaries.ts';
import { type Cluster, makeFolder, serverEnvironment, writeAccessRules } from './cluster.ts';
import { forgetPostmaster, type Postmaster, readPostmaster } from './postmaster-file.ts';
import { serverSettings } from './server-settings.ts';
import { commandOf, type ServerUser } from './server-user.ts';
import { waitFor } from './wait-for.ts';

export interface LaunchOptions {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  /** Where its socket has to be; chosen when absent. */
  readonly socketFolder?: string;
  readonly signal?: AbortSignal | undefined;
}

const PORT = 5432;
// The address of a Unix socket holds 104 bytes on macOS and 108 on Linux; the file's own name is part of them.
const LONGEST_SOCKET_FOLDER = 80;
// Replaying the log of a large, busy database after a crash takes its time.
const START_TIMEOUT_MS = 120_000;
const LARGEST_LOG = 1_000_000;

/**
 * Starts a server on a cluster that none runs on, and waits until it takes connections.
 *
 * @throws LoamError `database-unusable` with the last lines of the server's log when it does not start.
 */
export async function launchServer(options: LaunchOptions): Promise<Postmaster> {
  const { cluster, signal } = options;
  forgetPostmaster(cluster.data);
  writeAccessRules(cluster, options.user);
  const child = spawnServer(options);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, by) => {
    failure ??= `it ended with ${by ?? `code ${code}`}`;
  });
  const ready = (): Postmaster | undefined => {
    const postmaster = readPostmaster(cluster.data);
    return postmaster?.ready && postmaster.pid === child.pid ? postmaster : undefined;
  };
  try {
    const found = await waitFor(() => (failure === undefined ? ready() : 'failed'), START_TIMEOUT_MS, signal);
    if (found && found !== 'failed') return found;
  } catch (error) {
    if (child.pid !== undefined) signalProcess(child.pid, 'SIGQUIT');
    throw error;
  }
  const cause = failure ?? `it was not ready after ${START_TIMEOUT_MS / 1000} seconds`;
  const problem = `The embedded PostgreSQL server did not start: ${cause}. Its log ends with: ${logEnd(cluster.log)}`;
  throw new LoamError('database-unusable', { problem });
}

function spawnServer({ cluster, binaries, user, socketFolder }: LaunchOptions): ReturnType<typeof spawn> {
  const settings = {
    unix_socket_directories: socketFolder ?? chooseSocketFolder(cluster, user),
    port: String(PORT),
    ...serverSettings(Number(readFileSync(join(cluster.data, 'PG_VERSION'), 'utf8'))),
  };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = openLog(cluster.log);
  const child = spawn(...commandOf(user, binaries.postgres, ['-D', cluster.data, ...parameters]), {
    ...user.identity,
    cwd: cluster.folder,
    env: serverEnvironment(),
    // Away from the terminal's signals: Ctrl-C reaches Loam, which ends the server after its last statement.
    detached: true,
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  child.unref();
  return child;
}

function chooseSocketFolder(cluster: Cluster, user: ServerUser): string {
  if (Buffer.byteLength(cluster.socket) <= LONGEST_SOCKET_FOLDER) {
    makeFolder(cluster.socket, user);
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
