import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockAgentClient, StartIngestionJobCommand } from '@aws-sdk/client-bedrock-agent';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callLoam } from '../../src/cli/loam-client.ts';
import { createIn } from '../support/create-in-store.ts';
import { follow, type SourceIds } from '../support/knowledge-base.ts';
import { KEYS, startServer, type TestServer } from '../support/server.ts';

const { LOAM_TEST_PGVECTOR_URL: url } = process.env;
if (!url)
  process.stderr.write('Skipped: kills while a vector store is filled, because LOAM_TEST_PGVECTOR_URL is not set.\n');

const KILLS = 8;
const DOCUMENTS = 300;
const BUCKET = 'corpus';
const CLUSTER = 'arn:aws:rds:us-east-1:000000000000:cluster:vectors';
const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const keyOf = (index: number): string => `d/${String(index).padStart(4, '0')}.txt`;
const textOf = (index: number, revision: number): string =>
  `Document ${index}, revision ${revision}. `.padEnd(3_000, `Some words about ${index % 17} follow. `);

describe.skipIf(!url)('kills while a vector store is filled', () => {
  const data = mkdtempSync(join(tmpdir(), 'loam-store-kills-'));
  const table = `loam_kills.kb_${Date.now().toString(36)}`;
  const client = new pg.Client({ connectionString: url });
  let server: TestServer;
  let ids: SourceIds;

  const start = async (): Promise<void> => {
    server = await startServer({ data, flags: ['--config', join(data, 'loam.json')] });
  };
  const write = async (revision: number): Promise<void> => {
    const s3 = new S3Client({ ...server.client, forcePathStyle: true });
    for (let index = 0; index < DOCUMENTS; index++) {
      const Key = keyOf(index);
      if (revision > 0 && index % 5 === 0) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      else if (revision === 0 || index % 5 < 3) {
        await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: textOf(index, revision) }));
      }
    }
  };
  const placement = async () => {
    const connection = { endpoint: server.endpoint, region: 'us-east-1', credentials: KEYS };
    const { knowledgeBaseId } = ids;
    type Answer = { vectorStore: { upToDate: boolean } };
    return (await callLoam<Answer>(connection as never, 'GetVectorStore', { knowledgeBaseId })).vectorStore;
  };
  /** What a search sees. */
  const rows = async () => {
    const held = await client.query(
      `select substring(chunks from '^Document [0-9]+, revision [0-9]+') as name, count(*)::integer as rows,
         count(distinct loam_chunk ->> 'id')::integer as chunks from ${table} where loam_until = 2147483647 group by 1`,
    );
    return held.rows as { name: string | null; rows: number; chunks: number }[];
  };

  beforeAll(async () => {
    await client.connect();
    const vectorStores = { [CLUSTER]: { type: 'pgvector', url } };
    writeFileSync(join(data, 'loam.json'), JSON.stringify({ vectorStores }));
    await start();
    await new S3Client({ ...server.client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
    ids = await createIn(new BedrockAgentClient(server.client), BUCKET, { cluster: CLUSTER, table });
  });
  afterAll(async () => {
    await server?.stop();
    await client.query(`drop table if exists ${table}`);
    await client.end();
    rmSync(data, { recursive: true, force: true });
  });

  it('leaves in the store what the index holds, nothing twice and nothing of before', async () => {
    for (const revision of [0, 1]) {
      await write(revision);
      const started = await new BedrockAgentClient(server.client).send(new StartIngestionJobCommand(ids));
      const ingestionJobId = started.ingestionJob?.ingestionJobId ?? '';
      for (let kill = 0; kill < KILLS / 2; kill++) {
        await sleep(100 + ((kill * 397) % 1_500));
        await server.kill();
        await start();
      }
      expect((await follow(new BedrockAgentClient(server.client), ids, ingestionJobId)).status).toBe('COMPLETE');
      while (!(await placement()).upToDate) await sleep(500);
      const names = new Set((await rows()).flatMap(({ name }) => name ?? []));
      const expected = Array.from({ length: DOCUMENTS }, (_, index) => index)
        .filter((index) => revision === 0 || index % 5 !== 0)
        .map((index) => `Document ${index}, revision ${revision === 0 || index % 5 >= 3 ? 0 : 1}`);
      expect([...names].sort()).toEqual(expected.sort());
      expect((await rows()).filter((row) => row.rows !== row.chunks)).toEqual([]);
    }
  }, 400_000);
});
