import { writeFileSync } from 'node:fs';
import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  DeleteDataSourceCommand,
  GetDataSourceCommand,
  GetIngestionJobCommand,
  GetKnowledgeBaseDocumentsCommand,
  type IngestionJobStatistics,
  ListIngestionJobsCommand,
  ListKnowledgeBaseDocumentsCommand,
  StartIngestionJobCommand,
  StopIngestionJobCommand,
  UpdateDataSourceCommand,
} from '@aws-sdk/client-bedrock-agent';
import { type BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseOver, follow, type SourceIds, sync } from '../support/knowledge-base.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

let server: KnowledgeServer;
let agent: BedrockAgentClient;
let runtime: BedrockAgentRuntimeClient;
let s3: S3Client;
beforeAll(async () => {
  server = await startKnowledge();
  ({ agent, runtime, s3 } = server.client());
});
afterAll(() => server?.close());

const counted = (statistics: IngestionJobStatistics | undefined) => ({
  scanned: statistics?.numberOfDocumentsScanned,
  metadata: statistics?.numberOfMetadataDocumentsScanned,
  new: statistics?.numberOfNewDocumentsIndexed,
  modified: statistics?.numberOfModifiedDocumentsIndexed,
  metadataModified: statistics?.numberOfMetadataDocumentsModified,
  deleted: statistics?.numberOfDocumentsDeleted,
  failed: statistics?.numberOfDocumentsFailed,
});
const NOTHING = { scanned: 0, metadata: 0, new: 0, modified: 0, metadataModified: 0, deleted: 0, failed: 0 };
const synced = async (ids: SourceIds) => counted((await sync(agent, ids)).statistics);
const found = async ({ knowledgeBaseId }: SourceIds, text: string): Promise<string[]> => {
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 100 } },
    }),
  );
  return retrievalResults.map(({ content }) => content?.text ?? '').sort();
};

describe('a sync', () => {
  it('does what has changed and nothing else', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'incremental');
    await put('a.txt', 'Apples are red.');
    await put('b.txt', 'Bananas are yellow.');
    await put('c.txt', 'Cherries are dark.');
    await put('folder/', '');
    await put('b.txt.metadata.json', '{"metadataAttributes":{"year":1}}');
    await put('nobody.metadata.json', '{"metadataAttributes":{"year":1}}');
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 3, metadata: 1, new: 3 });
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 3, metadata: 1 });

    await put('a.txt', 'Apples are green.');
    await put('b.txt.metadata.json', '{"metadataAttributes":{"year":2}}');
    await s3.send(new DeleteObjectCommand({ Bucket: 'incremental', Key: 'c.txt' }));
    await put('d.txt', 'Dates are brown.');
    const change = { scanned: 3, metadata: 1, new: 1, modified: 1, metadataModified: 1, deleted: 1, failed: 0 };
    expect(await synced(ids)).toEqual(change);
    expect(await found(ids, 'fruit')).toEqual(['Apples are green.', 'Bananas are yellow.', 'Dates are brown.']);

    await s3.send(new DeleteObjectCommand({ Bucket: 'incremental', Key: 'b.txt.metadata.json' }));
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 3, metadataModified: 1 });
  });

  it('takes the same content under another ETag as unchanged', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'same-content');
    const Body = 'The content stays as it is.';
    await put('a.txt', Body);
    await sync(agent, ids);
    const place = { Bucket: 'same-content', Key: 'a.txt' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }));
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 1 });
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 1 });
    expect(await found(ids, 'content')).toEqual([Body]);
  });

  it('tells of each file that cannot be read, keeps its last version, and tries again', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'unreadable');
    await put('good.txt', 'This one is fine.');
    await put('was-good.txt', 'The last good version.');
    await put('bad.pdf', '%PDF-1.7 but no more');
    await put('sidecar.txt', 'Its sidecar is broken.');
    await put('sidecar.txt.metadata.json', '{');
    const first = await sync(agent, ids);
    expect(first.status).toBe('COMPLETE');
    expect(counted(first.statistics)).toEqual({ ...NOTHING, scanned: 4, metadata: 1, new: 2, failed: 2 });
    expect(first.failureReasons).toEqual([
      expect.stringMatching(/^s3:\/\/unreadable\/bad\.pdf: The document cannot be read/),
      expect.stringMatching(/^s3:\/\/unreadable\/sidecar\.txt: Its metadata file cannot be used/),
    ]);
    await put('was-good.txt', '\u0000\u0001\u0002\u0003\u0000'.repeat(100));
    await put('sidecar.txt.metadata.json', '{"metadataAttributes":{}}');
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 4, metadata: 1, new: 1, failed: 2 });
    expect(await found(ids, 'version')).toEqual([
      'Its sidecar is broken.',
      'The last good version.',
      'This one is fine.',
    ]);
    const { documentDetails = [] } = await agent.send(new ListKnowledgeBaseDocumentsCommand(ids));
    expect(documentDetails.map(({ identifier, status }) => [identifier?.s3?.uri, status])).toEqual([
      ['s3://unreadable/bad.pdf', 'FAILED'],
      ['s3://unreadable/good.txt', 'INDEXED'],
      ['s3://unreadable/sidecar.txt', 'INDEXED'],
      ['s3://unreadable/was-good.txt', 'FAILED'],
    ]);
    await s3.send(new DeleteObjectCommand({ Bucket: 'unreadable', Key: 'bad.pdf' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'unreadable', Key: 'was-good.txt' }));
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 2, metadata: 1, deleted: 1 });
    expect(await found(ids, 'version')).toEqual(['Its sidecar is broken.', 'This one is fine.']);
    const lookup = ['s3://unreadable/good.txt', 's3://unreadable/bad.pdf', 's3://elsewhere/good.txt'];
    const documentIdentifiers = lookup.map((uri) => ({ dataSourceType: 'S3' as const, s3: { uri } }));
    const got = await agent.send(new GetKnowledgeBaseDocumentsCommand({ ...ids, documentIdentifiers }));
    expect(got.documentDetails?.map(({ status }) => status)).toEqual(['INDEXED', 'NOT_FOUND', 'NOT_FOUND']);
  });

  it('follows a prefix that changes', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'prefixed');
    await put('in/a.txt', 'Inside.');
    await put('out/b.txt', 'Outside.');
    await sync(agent, ids);
    const { dataSource } = await agent.send(new GetDataSourceCommand(ids));
    const s3Configuration = { bucketArn: 'arn:aws:s3:::prefixed', inclusionPrefixes: ['in/'] };
    const dataSourceConfiguration = { type: 'S3' as const, s3Configuration };
    await agent.send(new UpdateDataSourceCommand({ ...ids, name: dataSource?.name, dataSourceConfiguration }));
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 1, deleted: 1 });
    expect(await found(ids, 'side')).toEqual(['Inside.']);
  });

  it('fails with the reason when its bucket is gone', async () => {
    const { ids } = await baseOver({ agent, s3 }, 'vanished');
    await s3.send(new DeleteBucketCommand({ Bucket: 'vanished' }));
    const job = await sync(agent, ids);
    expect(job.status).toBe('FAILED');
    expect(job.failureReasons).toEqual([expect.stringMatching(/bucket/)]);
  });

  it('runs once at a time, can be stopped, and the next one does the rest', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'stopped');
    const keys = Array.from({ length: 12 }, (_, index) => `${index}.txt`);
    await Promise.all(keys.map((key) => put(key, `The document ${key} is one of twelve.`)));
    const { ingestionJob } = await agent.send(new StartIngestionJobCommand(ids));
    await expect(agent.send(new StartIngestionJobCommand(ids))).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining(`has not ended yet: ${ingestionJob?.ingestionJobId}`),
    });
    const job = { ...ids, ingestionJobId: ingestionJob?.ingestionJobId };
    expect((await agent.send(new StopIngestionJobCommand(job))).ingestionJob?.status).toBe('STOPPING');
    const stopped = await follow(agent, ids, ingestionJob?.ingestionJobId ?? '');
    expect(stopped.status).toBe('STOPPED');
    await expect(agent.send(new StopIngestionJobCommand(job))).rejects.toMatchObject({ name: 'ConflictException' });
    const rest = await synced(ids);
    expect((rest.new ?? 0) + (stopped.statistics?.numberOfNewDocumentsIndexed ?? 0)).toBe(12);
    expect(await found(ids, 'document')).toHaveLength(12);
  });

  it('is listed newest first, by status, page by page', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'listed');
    await put('a.txt', 'One.');
    const jobs: string[] = [];
    for (let run = 0; run < 3; run += 1) jobs.unshift((await sync(agent, ids)).ingestionJobId ?? '');
    const list = (more: object = {}) => agent.send(new ListIngestionJobsCommand({ ...ids, ...more }));
    const idsOf = ({ ingestionJobSummaries = [] }: Awaited<ReturnType<typeof list>>) =>
      ingestionJobSummaries.map(({ ingestionJobId }) => ingestionJobId);
    expect(idsOf(await list())).toEqual(jobs);
    const sortBy = { attribute: 'STARTED_AT', order: 'ASCENDING' };
    expect(idsOf(await list({ sortBy }))).toEqual([...jobs].reverse());
    const filters = (value: string) => [{ attribute: 'STATUS', operator: 'EQ', values: [value] }];
    expect(idsOf(await list({ filters: filters('FAILED') }))).toEqual([]);
    const first = await list({ filters: filters('COMPLETE'), maxResults: 2 });
    const { nextToken } = first;
    const second = await list({ filters: filters('COMPLETE'), maxResults: 2, nextToken });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(jobs);
    expect(second.nextToken).toBeUndefined();
    await expect(list({ filters: filters('FAILED'), nextToken })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is refused for what is not there', async () => {
    const { ids } = await baseOver({ agent, s3 }, 'not-there');
    const start = (more: object) => agent.send(new StartIngestionJobCommand({ ...ids, ...more }));
    await expect(start({ dataSourceId: 'ABCDEFGHIJ' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(start({ knowledgeBaseId: 'ABCDEFGHIJ' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const job = new GetIngestionJobCommand({ ...ids, ingestionJobId: 'ABCDEFGHIJ' });
    await expect(agent.send(job)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a damaged index', () => {
  const damage = async ({ knowledgeBaseId: id }: SourceIds): Promise<void> => {
    const segments = await server.database.system<{ bytesId: string }>(
      `select bytes_id as "bytesId" from knowledge_segments where knowledge_base_id = :id and state = 'live'`,
      { id },
    );
    for (const { bytesId } of segments) writeFileSync(server.store.localPath(bytesId) ?? '', 'damaged');
  };
  const statusOf = async (ids: SourceIds) =>
    ((await agent.send(new ListKnowledgeBaseDocumentsCommand(ids))).documentDetails ?? []).map(({ status }) => status);

  it('says which documents were lost, and the next sync reads them again', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'damaged');
    for (let n = 0; n < 3; n += 1) await put(`${n}.txt`, `Document ${n}.`);
    await sync(agent, ids);
    await damage(ids);
    await put('3.txt', 'Document 3.');
    const names = '3 documents (0.txt, 1.txt, 2.txt)';
    for (let round = 0; round < 2; round += 1) {
      await expect(found(ids, 'document')).rejects.toMatchObject({
        name: 'ConflictException',
        message: expect.stringContaining(names),
      });
    }
    expect(await statusOf(ids)).toEqual(['FAILED', 'FAILED', 'FAILED']);
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 4, new: 1, modified: 3 });
    expect(await found(ids, 'document')).toEqual([0, 1, 2, 3].map((n) => `Document ${n}.`));
    expect(await statusOf(ids)).toEqual(['INDEXED', 'INDEXED', 'INDEXED', 'INDEXED']);
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 4 });
  });

  it('is noticed by a sync before anybody asks', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'noticed');
    await put('a.txt', 'The first document.');
    await sync(agent, ids);
    await put('b.txt', 'The second document.');
    await sync(agent, ids);
    await damage(ids);
    expect(await synced(ids)).toEqual({ ...NOTHING, scanned: 2, modified: 2 });
    expect(await found(ids, 'document')).toEqual(['The first document.', 'The second document.']);
  });
});

describe('a search during syncs', () => {
  it('sees the old index or the new one, never half of one', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'consistent');
    const write = (round: number) =>
      Promise.all(Array.from({ length: 6 }, (_, n) => put(`${n}.txt`, `Document ${n} of round ${round}.`)));
    await write(0);
    await sync(agent, ids);
    let done = false;
    const seen: number[] = [];
    const searching = (async () => {
      while (!done) {
        const rounds = (await found(ids, 'document')).map((text) => Number(/round (\d+)/.exec(text)?.[1]));
        expect(rounds).toHaveLength(6);
        expect(new Set(rounds).size).toBe(1);
        seen.push(rounds[0] ?? -1);
      }
    })();
    for (let round = 1; round <= 5; round += 1) {
      await write(round);
      await sync(agent, ids);
      expect(await found(ids, 'document')).toContain(`Document 0 of round ${round}.`);
    }
    done = true;
    await searching;
    expect(seen).toEqual([...seen].sort());
    expect(seen.length).toBeGreaterThan(5);
  });
});

describe('a deleted data source', () => {
  it.each(['DELETE', 'RETAIN'] as const)('with the policy %s', async (dataDeletionPolicy) => {
    const Bucket = `policy-${dataDeletionPolicy.toLowerCase()}`;
    const { ids, put } = await baseOver({ agent, s3 }, Bucket);
    await put('mine/a.txt', 'Passage of the source that goes.');
    await put('other/b.txt', 'Passage of the source that stays.');
    const source = async (prefix: string): Promise<SourceIds> => {
      const s3Configuration = { bucketArn: `arn:aws:s3:::${Bucket}`, inclusionPrefixes: [prefix] };
      const { dataSource } = await agent.send(
        new CreateDataSourceCommand({
          knowledgeBaseId: ids.knowledgeBaseId,
          name: prefix.replace('/', ''),
          dataDeletionPolicy,
          dataSourceConfiguration: { type: 'S3', s3Configuration },
        }),
      );
      return { ...ids, dataSourceId: dataSource?.dataSourceId ?? '' };
    };
    const [mine, other] = [await source('mine/'), await source('other/')];
    await Promise.all([sync(agent, mine), sync(agent, other)]);
    expect(await found(ids, 'passage')).toHaveLength(2);
    await agent.send(new DeleteDataSourceCommand(mine));
    const isGone = () => agent.send(new GetDataSourceCommand(mine)).catch((error: Error) => error.name);
    await expect.poll(isGone, { timeout: 20_000 }).toBe('ResourceNotFoundException');
    const stays = ['Passage of the source that stays.'];
    const goes = dataDeletionPolicy === 'RETAIN' ? ['Passage of the source that goes.'] : [];
    expect(await found(ids, 'passage')).toEqual([...goes, ...stays]);
  });
});

describe('a knowledge base with many small syncs', () => {
  it('is merged, and what is no longer needed is removed', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'merged');
    for (let run = 0; run < 10; run += 1) {
      await put(`${run}.txt`, `Document number ${run} of ten.`);
      await sync(agent, ids);
    }
    const segments = async (state: string) =>
      (
        await server.database.system(
          'select 1 from knowledge_segments where knowledge_base_id = :id and state = :state',
          { id: ids.knowledgeBaseId, state },
        )
      ).length;
    await expect.poll(() => segments('live'), { timeout: 5_000 }).toBeLessThan(9);
    expect(await found(ids, 'document')).toHaveLength(10);
    expect(await segments('dead')).toBeGreaterThan(1);
  });
});

it('a name must be free only within its own knowledge base', async () => {
  const made = new CreateKnowledgeBaseCommand({
    name: 'unique',
    roleArn: 'arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_test',
    knowledgeBaseConfiguration: {
      type: 'VECTOR',
      vectorKnowledgeBaseConfiguration: { embeddingModelArn: 'amazon.titan-embed-text-v1' },
    },
  });
  const { knowledgeBase } = await agent.send(made);
  const s3Configuration = { bucketArn: 'arn:aws:s3:::merged' };
  const source = new CreateDataSourceCommand({
    knowledgeBaseId: knowledgeBase?.knowledgeBaseId,
    name: 'merged-documents',
    dataSourceConfiguration: { type: 'S3', s3Configuration },
  });
  await expect(agent.send(source)).resolves.toMatchObject({ dataSource: { status: 'AVAILABLE' } });
  await expect(agent.send(source)).rejects.toMatchObject({ name: 'ConflictException' });
});
