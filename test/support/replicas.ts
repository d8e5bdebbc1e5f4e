import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findS3Program, type S3Kind, startTestS3, type TestS3 } from '../../src/storage/objects/start-test-s3.ts';
import { startServer, type TestServer } from './server.ts';

/** Several servers on one PostgreSQL and one S3 server, under one root key. */
export interface Replicas {
  readonly s3: TestS3;
  readonly databaseUrl: string;
  readonly objectsUrl: string;
  /** Keys of the bucket and the root key. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts one, in a data folder of its own. */
  start(name: string, flags?: readonly string[]): Promise<TestServer>;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** To be called when all of them have ended. */
  remove(): Promise<void>;
}

/** What is missing here to run replicas, in words. */
export function missingForReplicas(kind: S3Kind): string | undefined {
  if (!process.env.LOAM_TEST_DATABASE_URL) return 'LOAM_TEST_DATABASE_URL is not set';
  return findS3Program(kind) ? undefined : `${kind} is not installed`;
}

export async function prepareReplicas(kind: S3Kind): Promise<Replicas> {
  const server = process.env.LOAM_TEST_DATABASE_URL ?? '';
  const name = `loam_replicas_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const s3 = await startTestS3(kind);
  const objectsUrl = await s3.makeBucket('loam');
  const root = mkdtempSync(join(tmpdir(), 'loam-replicas-'));
  const environment = { ...s3.environment, LOAM_ROOT_KEY: randomBytes(32).toString('base64') };
  return {
    ...{ s3, databaseUrl, objectsUrl, environment },
    start: (replica, flags = []) =>
      startServer({
        data: join(root, replica),
        flags: ['--database-url', databaseUrl, '--objects-url', objectsUrl, ...flags],
        environment,
      }),
    query: (text) => run(databaseUrl, text),
    async remove() {
      await s3.stop();
      await run(server, `drop database if exists ${name} with (force)`);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function run(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
