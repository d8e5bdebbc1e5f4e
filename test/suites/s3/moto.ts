import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Suite } from './fetch-suite.ts';

export interface Moto {
  readonly endpoint: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** Starts moto server: the program that `MOTO_SERVER` names, or one installed beside the suite. */
export async function startMoto(suite: Suite, environment: NodeJS.ProcessEnv): Promise<Moto> {
  const program = environment.MOTO_SERVER ?? installed(suite);
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  const endpoint = `http://127.0.0.1:${port}`;
  await ready(`${endpoint}/moto-api/`, child);
  return { endpoint, version: versionOf(program), stop: () => stop(child) };
}

function installed(suite: Suite): string {
  const program = join(dirname(suite.python), 'moto_server');
  if (!existsSync(program)) suite.install('moto[server,s3]');
  return program;
}

function versionOf(program: string): string {
  const code = 'from importlib.metadata import version; print(version("moto"))';
  return spawnSync(join(dirname(program), 'python'), ['-c', code], { encoding: 'utf8' }).stdout.trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (child.exitCode !== null) throw new Error(`moto server ended with ${child.exitCode}.`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(200);
  }
  throw new Error('moto server did not answer within 30 seconds.');
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await exited;
}
