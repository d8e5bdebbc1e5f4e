import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BedrockAgentClient,
  GetIngestionJobCommand,
  ListIngestionJobsCommand,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, expect, it } from 'vitest';
import { createKnowledgeBase, follow, type SourceIds, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ROUNDS = 20;
const BUCKET = 'killed';
const data = mkdtempSync(join(tmpdir(), 'loam-kill-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
// Every document has a word of its own, by which a search must find it.
const wordOf = (index: number): string => `zebra${String(index).padStart(5, '0')}`;
const textOf = (index: number): string =>
  `Document ${index} tells of ${wordOf(index)}. ${'It goes on for a while. '.repeat(40)}`;

interface Written {
  readonly acknowledged: Set<number>;
  next: number;
}

async function putUntilKilled(server: TestServer, written: Written): Promise<void> {
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  for (;;) {
    const index = written.next++;
    try {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `d/${index}.txt`, Body: textOf(index) }));
    } catch {
      return; // Killed before the answer: this one may or may not be there, but never half.
    }
    written.acknowledged.add(index);
  }
}

async function startSync(server: TestServer, ids: SourceIds): Promise<void> {
  const agent = new BedrockAgentClient(server.client);
  await agent.send(new StartIngestionJobCommand(ids)).catch((error: Error) => {
    // A job of an earlier round goes on by itself, so a second one is refused.
    if (!['ConflictException', 'TimeoutError'].includes(error.name) && !/ECONN|socket/.test(error.message)) throw error;
  });
}

it(`loses nothing in ${ROUNDS} rounds of kill -9 during puts and syncs`, async () => {
  const written: Written = { acknowledged: new Set(), next: 0 };
  let server = await startServer({ data });
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const ids = await createKnowledgeBase(new BedrockAgentClient(server.client), 'killed', BUCKET);

  for (let round = 0; round < ROUNDS; round++) {
    const writers = [putUntilKilled(server, written), putUntilKilled(server, written)];
    await startSync(server, ids);
    await sleep(50 + ((round * 137) % 700));
    await server.kill();
    await Promise.all(writers);
    server = await startServer({ data });
  }

  try {
    await checkObjects(server, written);
    await checkJobs(server, ids);
    await checkIndex(server, ids, written);
  } finally {
    expect(await server.stop()).toBe(0);
  }
}, 300_000);

async function checkObjects(server: TestServer, written: Written): Promise<void> {
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  for (const index of written.acknowledged) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `d/${index}.txt` }));
    expect(await Body?.transformToString()).toBe(textOf(index));
  }
}

/** Jobs that were killed have ended by themselves, and each counts every document once. */
async function checkJobs(server: TestServer, ids: SourceIds): Promise<void> {
  const agent = new BedrockAgentClient(server.client);
  const { ingestionJobSummaries = [] } = await agent.send(new ListIngestionJobsCommand({ ...ids, maxResults: 100 }));
  for (const { ingestionJobId = '' } of ingestionJobSummaries) {
    const job = await follow(agent, ids, ingestionJobId);
    expect(job.status).toBe('COMPLETE');
    expect(job.statistics?.numberOfDocumentsFailed).toBe(0);
  }
  const indexed = await Promise.all(
    ingestionJobSummaries.map(async ({ ingestionJobId }) => {
      const { ingestionJob } = await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId }));
      return ingestionJob?.statistics?.numberOfNewDocumentsIndexed ?? 0;
    }),
  );
  const last = await sync(agent, ids);
  const total = indexed.reduce((sum, count) => sum + count, 0) + (last.statistics?.numberOfNewDocumentsIndexed ?? 0);
  expect(total).toBe(last.statistics?.numberOfDocumentsScanned);
}

async function checkIndex(server: TestServer, ids: SourceIds, written: Written): Promise<void> {
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 1000 }));
  expect(KeyCount).toBeGreaterThanOrEqual(Math.min(written.acknowledged.size, 1000));
  const runtime = new BedrockAgentRuntimeClient(server.client);
  for (const index of [...written.acknowledged].filter((_, position) => position % 25 === 0)) {
    const { retrievalResults = [] } = await runtime.send(
      new RetrieveCommand({ knowledgeBaseId: ids.knowledgeBaseId, retrievalQuery: { text: wordOf(index) } }),
    );
    const found = retrievalResults.filter((result) => result.content?.text?.includes(wordOf(index)));
    expect(found).toHaveLength(1);
  }
}
