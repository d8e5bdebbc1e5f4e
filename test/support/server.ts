import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program; `LOAM_TEST_ENTRY` names another build of it. */
import { makeOwnDatabase } from '../../src/storage/database/open-test-database.ts';

export const ENTRY = process.env.LOAM_TEST_ENTRY ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));
export const KEYS = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'test-test-test-test-test-test-test-test' };

export interface TestServer {
  readonly process: ChildProcess;
  readonly data: string;
  readonly endpoint: string;
  readonly consoleLink: string;
  /** What every SDK client takes. */
  readonly client: { endpoint: string; region: string; credentials: typeof KEYS; maxAttempts: number };
  /** The environment of a program that uses this server. */
  readonly environment: Record<string, string>;
  /** Everything written to standard error so far. */
  errors(): string;
  /** SIGTERM, then waits; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits. */
  kill(): Promise<void>;
}

export interface ServerOptions {
  /** An existing folder; by default a new one, removed by `stop`. */
  readonly data?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts the built server on free ports, as a user would; one that needs no folder of its own runs on the PostgreSQL server of
 * `LOAM_TEST_DATABASE_URL`, where there is one.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'loam-test-'));
  const flags = ['start', '--json', '--port', '0', '--console-port', '0', '--log-level', 'warn', '--data', data];
  const own = await ownDatabase(options);
  const child = spawn(process.execPath, [ENTRY, ...flags, ...own.flags, ...(options.flags ?? [])], {
    env: {
      PATH: process.env.PATH ?? '',
      LOAM_ROOT_ACCESS_KEY_ID: KEYS.accessKeyId,
      LOAM_ROOT_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (part: Buffer) => {
    errors += part.toString('utf8');
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const started = await firstLine(child).catch((error: Error) => {
    throw new Error(`${error.message}\n${errors}`);
  });
  const { endpoint, consoleLink } = JSON.parse(started) as { endpoint: string; consoleLink: string };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return exited;
  };
  return {
    process: child,
    data,
    endpoint,
    consoleLink,
    client: { endpoint, region: 'us-east-1', credentials: KEYS, maxAttempts: 1 },
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_REGION: 'us-east-1',
    },
    errors: () => errors,
    async stop() {
      const code = await end('SIGTERM');
      await own.drop();
      if (!options.data) rmSync(data, { recursive: true, force: true });
      return code;
    },
    async kill() {
      await end('SIGKILL');
    },
  };
}

async function ownDatabase({ data, flags = [] }: ServerOptions): Promise<{ flags: string[]; drop(): Promise<void> }> {
  const chooses = data !== undefined || flags.some((flag) => flag.startsWith('--database'));
  if (chooses || !process.env.LOAM_TEST_DATABASE_URL) return { flags: [], drop: async () => undefined };
  const { url, drop } = await makeOwnDatabase();
  return { flags: ['--database-url', url], drop };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready.`)));
  });
}
