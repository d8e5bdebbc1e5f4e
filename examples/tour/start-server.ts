import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const KEYS = { accessKeyId: 'AKIATOURTOURTOURTOUR', secretAccessKey: 'tour-tour-tour-tour-tour-tour-tour-tour' };

export interface RunningServer {
  /** What every SDK client takes. */
  readonly client: { endpoint: string; region: string; credentials: typeof KEYS };
  stop(): Promise<void>;
}

/** Starts the built server with a folder of its own on a free port of this machine. */
export async function startServer(): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), 'loam-tour-'));
  const environment = {
    ...process.env,
    LOAM_ROOT_ACCESS_KEY_ID: KEYS.accessKeyId,
    LOAM_ROOT_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  const flags = ['start', '--json', '--port', '0', '--console-port', '0', '--log-level', 'error', '--data', data];
  const server = spawn(process.execPath, [ENTRY, ...flags], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const { endpoint } = JSON.parse(await firstLine(server)) as { endpoint: string };
  return {
    client: { endpoint, region: 'us-east-1', credentials: KEYS },
    async stop() {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    server.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready.`)));
  });
}
