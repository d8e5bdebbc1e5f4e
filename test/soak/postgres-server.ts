import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  readonly port: number;
  stop(): Promise<void>;
}

const ROOT = '/usr/lib/postgresql';
// PostgreSQL refuses to run as root.
const NOBODY = 65_534;

/** A PostgreSQL of its own on a port of the loopback, from the system's packages. @returns why not, when there is none */
export async function startPostgres(): Promise<PostgresServer | string> {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((one, other) => Number(other) - Number(one)) : [];
  const bin = versions
    .map((version) => join(ROOT, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
  if (bin === undefined) return 'no PostgreSQL server is installed';
  const folder = mkdtempSync(join(tmpdir(), 'loam-soak-pg-'));
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (owner.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const options = { ...owner, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } };
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'], options);
  if (made.status !== 0) return `initdb failed: ${made.stderr}`;
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-p', String(port), '-k', folder];
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...settings], { ...options, stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await listening(port);
  return {
    port,
    async stop() {
      child.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until somebody takes connections on the port. */
export async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`nobody listens on port ${port}`);
}
