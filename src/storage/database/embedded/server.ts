import { rmSync } from 'node:fs';
import type { Log } from '../../../core/log.ts';
import { isProcess, signalProcess } from '../processes.ts';
import { type LaunchOptions, launchServer } from './launch-server.ts';
import { findPostmaster, type Postmaster, readPostmaster } from './postmaster-file.ts';
import { waitFor } from './wait-for.ts';

export interface EmbeddedServer {
  readonly pid: number;
  readonly socketFolder: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServerOptions extends LaunchOptions {
  readonly log: Log;
}

const ADOPT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 5_000;
const WATCH_MS = 1_000;

/**
 * The server of a cluster: the one that already runs there (a Loam that was killed left it behind), else a new one. It is
 * started again when it ends by itself, and it ends with this process.
 *
 * @throws LoamError `database-unusable` when it does not start.
 */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  let postmaster = (await adopt(options)) ?? (await launchServer(options));
  const endWithProcess = (): void => void signalProcess(postmaster.pid, 'SIGINT');
  process.once('exit', endWithProcess);
  const watch = watchServer(
    () => postmaster.pid,
    async () => {
      options.log.error({ pid: postmaster.pid }, 'The embedded database server ended by itself; starting it again');
      try {
        // The pool keeps connecting to the socket it knows.
        postmaster = await launchServer({ ...options, socketFolder: postmaster.socketFolder });
      } catch (error) {
        options.log.error({ error: String(error) }, 'The embedded database server does not start');
      }
    },
  );
  return {
    pid: postmaster.pid,
    socketFolder: postmaster.socketFolder,
    port: postmaster.port,
    async stop() {
      await watch.stop();
      process.off('exit', endWithProcess);
      await end(postmaster.pid);
      if (postmaster.socketFolder !== options.cluster.socket) {
        rmSync(postmaster.socketFolder, { recursive: true, force: true });
      }
    },
  };
}

/** Takes over a running server, or ends one that does not answer. */
async function adopt({ cluster, log, signal }: ServerOptions): Promise<Postmaster | undefined> {
  const left = findPostmaster(cluster.data);
  if (!left) return undefined;
  const isReady = (): Postmaster | 'gone' | undefined => {
    if (!isProcess(left.pid)) return 'gone';
    const postmaster = readPostmaster(cluster.data);
    return postmaster?.ready ? postmaster : undefined;
  };
  const found = await waitFor(isReady, ADOPT_TIMEOUT_MS, signal);
  if (found && found !== 'gone') {
    log.info({ pid: found.pid }, 'Took over the database server of a Loam that was killed');
    return found;
  }
  await end(left.pid);
  return undefined;
}

async function end(pid: number): Promise<void> {
  const isGone = (): true | undefined => (isProcess(pid) ? undefined : true);
  signalProcess(pid, 'SIGINT');
  if (await waitFor(isGone, STOP_TIMEOUT_MS)) return;
  // Without a last checkpoint: nothing is lost, the next start replays the log.
  signalProcess(pid, 'SIGQUIT');
  await waitFor(isGone, STOP_TIMEOUT_MS);
}

function watchServer(pid: () => number, restart: () => Promise<void>): { stop(): Promise<void> } {
  let restarting: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (restarting || isProcess(pid())) return;
    restarting = restart().finally(() => {
      restarting = undefined;
    });
  }, WATCH_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await restarting;
    },
  };
}
