import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** An S3 server that is not ours, for tests. */
export interface TestS3 {
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What a Loam that uses it has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a bucket. @returns the URL that `objectsUrl` takes */
  makeBucket(prefix?: string): Promise<string>;
  client(): S3Client;
  stop(): Promise<void>;
}

export type S3Kind = 'moto' | 'versitygw';

const START_MS = 30_000;
const keys = { accessKeyId: 'AKIAOBJECTSTESTTEST', secretAccessKey: 'objects-test-objects-test-objects-test-x' };

/** The program of a server, where it is installed: moto beside the Python of the tests, versitygw among the parts of the full run. */
export function findS3Program(kind: S3Kind): string | undefined {
  const { LOAM_TEST_MOTO, LOAM_TEST_PYTHON = '', LOAM_TEST_VERSITYGW, LOAM_TEST_PARTS } = process.env;
  const places = {
    moto: [LOAM_TEST_MOTO, LOAM_TEST_PYTHON && join(dirname(LOAM_TEST_PYTHON), 'moto_server')],
    versitygw: [
      LOAM_TEST_VERSITYGW,
      join(LOAM_TEST_PARTS ?? join(homedir(), '.cache', 'loam-test-parts'), 'bin', 'versitygw'),
    ],
  };
  return places[kind].find((path) => path && existsSync(path)) || undefined;
}

/** Starts one on a free port of the loopback. */
export async function startTestS3(kind: S3Kind): Promise<TestS3> {
  const program = findS3Program(kind);
  if (!program) throw new Error(`${kind} is not installed.`);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'loam-s3-'));
  const child = spawn(program, argumentsOf(kind, port, folder), { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint, child);
  const client = (): S3Client =>
    new S3Client({ endpoint, region: 'us-east-1', credentials: keys, forcePathStyle: true });
  return {
    ...{ endpoint, keys, client },
    environment: {
      LOAM_OBJECTS_ACCESS_KEY_ID: keys.accessKeyId,
      LOAM_OBJECTS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
    async makeBucket(prefix = '') {
      const Bucket = `bytes-${randomBytes(6).toString('hex')}`;
      const s3 = client();
      await s3.send(new CreateBucketCommand({ Bucket }));
      s3.destroy();
      return `s3://${Bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}&region=us-east-1`;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function argumentsOf(kind: S3Kind, port: number, folder: string): string[] {
  if (kind === 'moto') return ['-H', '127.0.0.1', '-p', String(port)];
  const { accessKeyId, secretAccessKey } = keys;
  return ['--access', accessKeyId, '--secret', secretAccessKey, '--port', `127.0.0.1:${port}`, 'posix', folder];
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await delay(100)) {
    if (child.exitCode !== null) throw new Error(`The S3 server ended with ${child.exitCode}.`);
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error('The S3 server did not start.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
