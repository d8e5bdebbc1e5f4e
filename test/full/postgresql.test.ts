import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** A form of the store of records, for a server of its own. */
interface Form {
  readonly name: 'url' | 'pglite';
  /** @returns the flags that choose it */
  prepare(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const databaseServer = process.env.LOAM_TEST_DATABASE_URL;
if (!databaseServer) {
  process.stderr.write('Skipped: the server on a PostgreSQL by URL, because LOAM_TEST_DATABASE_URL is not set.\n');
}
const forms: Form[] = [
  ...(databaseServer ? [formOfUrl(databaseServer)] : []),
  { name: 'pglite', prepare: async () => ['--database', 'pglite'], remove: async () => undefined },
];

function formOfUrl(server: string): Form {
  const name = `loam_full_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  return {
    name: 'url',
    async prepare() {
      await run(`create database ${name}`);
      return ['--database-url', Object.assign(new URL(server), { pathname: `/${name}` }).href];
    },
    remove: () => run(`drop database if exists ${name} with (force)`),
  };
}

const Bucket = 'library';
const TEXTS = {
  'hours.txt': 'The library opens at 9:00 on weekdays and at 11:00 on Saturdays.',
  'fees.txt': 'Late items cost 20 cents a day. Replacing a lost card costs two euros.',
  'history.txt': 'The building was a tram depot until 1968.',
};

describe.each(forms)('the whole server on $name', ({ name, prepare, remove }) => {
  const data = mkdtempSync(join(tmpdir(), 'loam-full-'));
  let flags: readonly string[];
  let server: TestServer;
  let s3: S3Client;
  let agent: BedrockAgentClient;
  let runtime: BedrockAgentRuntimeClient;
  let ids: SourceIds;

  const start = async (): Promise<void> => {
    server = await startServer({ data, flags });
    s3 = new S3Client({ ...server.client, forcePathStyle: true });
    agent = new BedrockAgentClient(server.client);
    runtime = new BedrockAgentRuntimeClient(server.client);
  };
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  const bestFor = async (text: string): Promise<string | undefined> => {
    const { knowledgeBaseId } = ids;
    const { retrievalResults } = await runtime.send(new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text } }));
    return retrievalResults?.[0]?.location?.s3Location?.uri;
  };

  beforeAll(async () => {
    flags = await prepare();
    await start();
  });
  afterAll(async () => {
    await server?.stop();
    await remove();
    rmSync(data, { recursive: true, force: true });
  });

  it('says which database it runs on', async () => {
    const health = (await (await fetch(`${server.endpoint}/health`)).json()) as { database: { form: string } };
    expect(health.database.form).toBe(name);
  });

  it('keeps objects', async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const [key, text] of Object.entries(TEXTS)) await put(key, text);
    expect(await get('fees.txt')).toBe(TEXTS['fees.txt']);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['fees.txt', 'history.txt', 'hours.txt']);
  });

  it('syncs a knowledge base and retrieves from it', async () => {
    ids = await createKnowledgeBase(agent, 'library', Bucket);
    const { status, statistics } = await sync(agent, ids);
    expect(status).toBe('COMPLETE');
    expect(statistics).toMatchObject({ numberOfDocumentsScanned: 3, numberOfNewDocumentsIndexed: 3 });
    expect(await bestFor('When does it open on Saturdays?')).toBe('s3://library/hours.txt');
  });

  it('has everything after a stop', async () => {
    expect(await server.stop()).toBe(0);
    await start();
    expect(await get('history.txt')).toBe(TEXTS['history.txt']);
    expect(await bestFor('What does a lost card cost?')).toBe('s3://library/fees.txt');
  });

  it('has everything after a kill, and syncs only what changed', async () => {
    await put('history.txt', 'The building was a swimming pool until 1971.');
    await put('rooms.txt', 'The reading room seats forty people.');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'fees.txt' }));
    await server.kill();
    await start();
    await expect(get('fees.txt')).rejects.toBeInstanceOf(NoSuchKey);
    const { status, statistics } = await sync(agent, ids);
    expect(status).toBe('COMPLETE');
    expect(statistics).toMatchObject({
      numberOfDocumentsScanned: 3,
      numberOfNewDocumentsIndexed: 1,
      numberOfModifiedDocumentsIndexed: 1,
      numberOfDocumentsDeleted: 1,
      numberOfDocumentsFailed: 0,
    });
    expect(await bestFor('Was it a swimming pool?')).toBe('s3://library/history.txt');
    expect(await bestFor('How many people does the reading room seat?')).toBe('s3://library/rooms.txt');
  });
});
