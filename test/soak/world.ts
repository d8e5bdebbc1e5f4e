import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findS3Program, startTestS3 } from '../../src/storage/objects/start-test-s3.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { freePort } from './free-port.ts';
import { startPostgres } from './postgres-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A server under load with everything that it stands on, each part of which can be made to fail. */
export interface World {
  readonly name: string;
  /** Always the same port, so that clients need not be told of a restart. */
  readonly server: TestServer;
  /** SIGKILL, then a new start. */
  kill(): Promise<void>;
  /** SIGTERM, then a new start. */
  restart(): Promise<void>;
  /** The small disk that the data is on. */
  readonly disk?: string;
  /** Sets the server's clock off from ours, by seconds. */
  readonly shiftClock?: (seconds: number) => void;
  readonly database?: TcpProxy;
  readonly store?: TcpProxy;
  /** What could not be had, and why. */
  readonly lacking: readonly string[];
  close(): Promise<void>;
}

const DISK_MB = 1200;
const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
];

/**
 * The embedded database, on a disk of its own and with a clock that can be set.
 *
 * @param smallDisk whether the disk is one that can be filled; what a long run writes would fill it by itself
 */
export async function embeddedWorld({ smallDisk = true } = {}): Promise<World> {
  const disk = mkdtempSync(join(tmpdir(), 'loam-soak-'));
  const options = `size=${DISK_MB}m,mode=0755`;
  const mounted = smallDisk && spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status === 0;
  const library = FAKETIME.find((file) => existsSync(file));
  const clock = join(tmpdir(), `loam-soak-clock-${process.pid}`);
  writeFileSync(clock, '+0');
  const running = await startOn(join(disk, 'data'), [], library ? clockEnvironment(library, clock) : {});
  return {
    ...running.part,
    get server() {
      return running.part.server;
    },
    name: 'embedded database, folder',
    ...(mounted && { disk }),
    ...(library && { shiftClock: (seconds: number) => writeFileSync(clock, `${seconds < 0 ? '' : '+'}${seconds}`) }),
    lacking: [
      ...(mounted || !smallDisk ? [] : ['the full disk: a tmpfs needs root']),
      ...(library ? [] : ['the jumping clock: libfaketime is not installed']),
    ],
    async close() {
      await running.part.server.stop();
      if (mounted) spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
      rmSync(clock, { force: true });
    },
  };
}

/** A PostgreSQL by URL and an S3 server by URL, each behind a way that can be cut. */
export async function remoteWorld(): Promise<World | string> {
  const postgres = await startPostgres();
  if (typeof postgres === 'string') return postgres;
  const moto = findS3Program('moto') ? await startTestS3('moto') : undefined;
  const database = await startTcpProxy({ host: '127.0.0.1', port: postgres.port });
  const store = moto && (await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(moto.endpoint).port) }));
  const data = mkdtempSync(join(tmpdir(), 'loam-soak-'));
  const flags = ['--database-url', `postgres://postgres@127.0.0.1:${database.port}/postgres`];
  if (moto && store) flags.push('--objects-url', behind(await moto.makeBucket(), store.port));
  const running = await startOn(data, flags, moto?.environment ?? {});
  return {
    ...running.part,
    get server() {
      return running.part.server;
    },
    name: `PostgreSQL by URL, ${store ? 'S3 by URL' : 'folder'}`,
    database,
    ...(store && { store }),
    lacking: moto ? [] : ["the object store's faults: moto is not installed (LOAM_TEST_MOTO)"],
    async close() {
      await running.part.server.stop();
      for (const proxy of [database, store]) proxy?.close();
      await moto?.stop();
      await postgres.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The same bucket, by way of the proxy. */
function behind(objectsUrl: string, port: number): string {
  const url = new URL(objectsUrl);
  url.searchParams.set('endpoint', `http://127.0.0.1:${port}`);
  return url.href;
}

async function startOn(data: string, flags: readonly string[], environment: Record<string, string>) {
  const port = await freePort();
  const start = (): Promise<TestServer> =>
    startServer({ data, flags: [...flags, '--port', String(port)], environment });
  const part = {
    server: await start(),
    async kill() {
      await part.server.kill();
      part.server = await start();
    },
    async restart() {
      const code = await part.server.stop();
      if (code !== 0) throw new Error(`the server ended with ${code}\n${part.server.errors()}`);
      part.server = await start();
    },
  };
  return { part };
}

function clockEnvironment(library: string, file: string): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    // Timers go on as they should: only the time of day jumps.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}
