import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BedrockAgentClient,
  type IngestionJobStatistics,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, it } from 'vitest';
import { createKnowledgeBase, follow, type SourceIds, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';

// Twenty in the full run; four say the same of every change.
const KILLS = Number(process.env.LOAM_TEST_SYNC_KILLS ?? 4);
const DOCUMENTS = 600;
const PUTS_AT_ONCE = 16;
const BUCKET = 'corpus';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const keyOf = (index: number): string => `d/${String(index).padStart(4, '0')}.txt`;
const textOf = (index: number, revision: number): string =>
  Array.from({ length: 1 + (index % 3) }, (_, part) =>
    `# Part ${part}\n\nDocument ${index}, revision ${revision}. `.padEnd(1_500, 'Some words follow. '),
  ).join('\n\n');

/** The same in every server: files, then changes, deletions and metadata, and one file that cannot be read. */
async function write(server: TestServer, revision: number): Promise<void> {
  const s3 = new S3Client({ ...server.client, forcePathStyle: true });
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  if (revision === 0) await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await put('d/broken.pdf', '%PDF-1.7');
  const one = async (index: number): Promise<void> => {
    if (revision === 0) await put(keyOf(index), textOf(index, 0));
    else if (index % 5 === 0) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: keyOf(index) }));
    else if (index % 5 < 3) await put(keyOf(index), textOf(index, revision));
    if (index % 7 === revision) {
      await put(`${keyOf(index)}.metadata.json`, JSON.stringify({ metadataAttributes: { revision, index } }));
    }
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < DOCUMENTS; index = next++) await one(index);
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, worker));
}

/** Everything that the index holds, document by document, without what differs between two data sources. */
async function contentOf(server: TestServer, { knowledgeBaseId }: SourceIds): Promise<Map<string, unknown[]>> {
  const runtime = new BedrockAgentRuntimeClient(server.client);
  const content = new Map<string, unknown[]>();
  for (let index = 0; index < DOCUMENTS; index += 1) {
    const filter = { equals: { key: 'x-amz-bedrock-kb-source-uri', value: `s3://${BUCKET}/${keyOf(index)}` } };
    const { retrievalResults = [] } = await runtime.send(
      new RetrieveCommand({
        knowledgeBaseId,
        retrievalQuery: { text: 'document' },
        retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 100, filter } },
      }),
    );
    const chunks = retrievalResults.map(({ content: { text } = {}, metadata = {} }) => {
      const ordinal = String(metadata['x-amz-bedrock-kb-chunk-id']).split(':').at(-1);
      return { ordinal, text, index: metadata.index, revision: metadata.revision };
    });
    content.set(
      keyOf(index),
      chunks.sort((a, b) => Number(a.ordinal) - Number(b.ordinal)),
    );
  }
  return content;
}

interface Outcome {
  readonly statistics: (IngestionJobStatistics | undefined)[];
  readonly content: Map<string, unknown[]>;
}

async function start(): Promise<{ server: TestServer; data: string; ids: SourceIds }> {
  const data = mkdtempSync(join(tmpdir(), 'loam-kill-sync-'));
  folders.push(data);
  const server = await startServer({ data });
  await write(server, 0);
  return { server, data, ids: await createKnowledgeBase(new BedrockAgentClient(server.client), 'kb', BUCKET) };
}

async function uninterrupted(): Promise<Outcome> {
  const { server, ids } = await start();
  const agent = new BedrockAgentClient(server.client);
  const first = await sync(agent, ids);
  await write(server, 1);
  const second = await sync(agent, ids);
  const content = await contentOf(server, ids);
  await server.stop();
  return { statistics: [first.statistics, second.statistics], content };
}

/** Kills the server again and again while one job runs; the job is started once, and goes on by itself. */
async function killed(): Promise<Outcome> {
  let { server, data, ids } = await start();
  const statistics: (IngestionJobStatistics | undefined)[] = [];
  for (const revision of [0, 1]) {
    if (revision > 0) await write(server, revision);
    const started = await new BedrockAgentClient(server.client).send(new StartIngestionJobCommand(ids));
    for (let kill = 0; kill < KILLS / 2; kill += 1) {
      await sleep(20 + ((kill * 173) % 900));
      await server.kill();
      server = await startServer({ data });
    }
    const agent = new BedrockAgentClient(server.client);
    const job = await follow(agent, ids, started.ingestionJob?.ingestionJobId ?? '');
    expect(job.status).toBe('COMPLETE');
    statistics.push(job.statistics);
  }
  const content = await contentOf(server, ids);
  expect(await server.stop()).toBe(0);
  return { statistics, content };
}

it(`${KILLS} × kill -9 during syncs leave the same index and the same statistics as none`, async () => {
  const [expected, outcome] = [await uninterrupted(), await killed()];
  expect(outcome.statistics).toEqual(expected.statistics);
  expect(expected.statistics[1]).toMatchObject({
    numberOfDocumentsDeleted: DOCUMENTS / 5,
    numberOfModifiedDocumentsIndexed: (DOCUMENTS / 5) * 2,
    numberOfDocumentsFailed: 1,
  });
  for (const [key, chunks] of expected.content) expect(outcome.content.get(key), key).toEqual(chunks);
}, 600_000);
