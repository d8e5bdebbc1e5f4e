// A knowledge base of "the cloud", which is a second Loam here, is imported and shadowed by the command line.
import { spawn } from 'node:child_process';
import {
  BedrockAgentClient,
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  GetDataSourceCommand,
  GetKnowledgeBaseCommand,
  ListDataSourcesCommand,
  ListKnowledgeBasesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-bedrock-agent';
import {
  BedrockAgentRuntimeClient,
  RetrieveAndGenerateCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sync } from '../support/knowledge-base.ts';
import { ENTRY, startServer, type TestServer } from '../support/server.ts';

const CLOUD_ACCOUNT = '111122223333';
const CLOUD_REGION = 'us-west-2';
const EMBEDDER = `arn:aws:bedrock:${CLOUD_REGION}::foundation-model/amazon.titan-embed-text-v2:0`;
const MODEL = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('coming from Bedrock', () => {
  let cloud: TestServer;
  let here: TestServer;
  let cloudAgent: BedrockAgentClient;
  let agent: BedrockAgentClient;
  let runtime: BedrockAgentRuntimeClient;
  let s3: S3Client;
  let oldId = '';
  let oldArn = '';
  let oldSource = '';
  let newId = '';

  const loam = (...line: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const env = { ...process.env, ...here.environment };
      const child = spawn(process.execPath, [ENTRY, ...line, '--data', here.data], { env });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (part: Buffer) => {
        stdout += part.toString('utf8');
      });
      child.stderr.on('data', (part: Buffer) => {
        stderr += part.toString('utf8');
      });
      child.once('exit', (code) => resolve({ code, stdout, stderr }));
    });
  const fromCloud = (verb: string, ...line: string[]): Promise<Ran> =>
    loam(...verb.split(' '), oldId, '--endpoint-url', cloud.endpoint, '--region', CLOUD_REGION, '--json', ...line);

  beforeAll(async () => {
    [cloud, here] = await Promise.all([
      startServer({ flags: ['--account', CLOUD_ACCOUNT, '--region', CLOUD_REGION] }),
      startServer(),
    ]);
    const there = { ...cloud.client, region: CLOUD_REGION };
    cloudAgent = new BedrockAgentClient(there);
    agent = new BedrockAgentClient(here.client);
    runtime = new BedrockAgentRuntimeClient(here.client);
    s3 = new S3Client({ ...here.client, forcePathStyle: true });
    await fillCloud(new S3Client({ ...there, forcePathStyle: true }));
  }, 120_000);

  afterAll(async () => {
    await Promise.all([cloud.stop(), here.stop()]);
  });

  async function fillCloud(bucket: S3Client): Promise<void> {
    await bucket.send(new CreateBucketCommand({ Bucket: 'handbook' }));
    const put = (Key: string, Body: string, ContentType = 'text/plain') =>
      bucket.send(new PutObjectCommand({ Bucket: 'handbook', Key, Body, ContentType, Metadata: { origin: 'test' } }));
    await put('docs/hours.txt', 'The station is open from 7:00 to 19:00 on weekdays.');
    await put('docs/van.txt', 'The van has a range of 180 kilometres.');
    await put('docs/van.txt.metadata.json', '{"metadataAttributes":{"year":2026}}', 'application/json');
    await put('other/secret.txt', 'Not under the prefix.');
    const { knowledgeBase } = await cloudAgent.send(
      new CreateKnowledgeBaseCommand({
        name: 'station',
        description: 'All about the station',
        roleArn: `arn:aws:iam::${CLOUD_ACCOUNT}:role/service-role/AmazonBedrockExecutionRoleForKnowledgeBase_x`,
        knowledgeBaseConfiguration: {
          type: 'VECTOR',
          vectorKnowledgeBaseConfiguration: { embeddingModelArn: EMBEDDER },
        },
        tags: { team: 'north' },
      }),
    );
    oldId = knowledgeBase?.knowledgeBaseId ?? '';
    oldArn = knowledgeBase?.knowledgeBaseArn ?? '';
    const { dataSource } = await cloudAgent.send(
      new CreateDataSourceCommand({
        knowledgeBaseId: oldId,
        name: 'handbook',
        dataDeletionPolicy: 'RETAIN',
        dataSourceConfiguration: {
          type: 'S3',
          s3Configuration: {
            bucketArn: 'arn:aws:s3:::handbook',
            inclusionPrefixes: ['docs/'],
            bucketOwnerAccountId: CLOUD_ACCOUNT,
          },
        },
        vectorIngestionConfiguration: {
          chunkingConfiguration: {
            chunkingStrategy: 'FIXED_SIZE',
            fixedSizeChunkingConfiguration: { maxTokens: 200, overlapPercentage: 10 },
          },
        },
      }),
    );
    oldSource = dataSource?.dataSourceId ?? '';
    await cloudAgent.send(
      new CreateDataSourceCommand({
        knowledgeBaseId: oldId,
        name: 'notes',
        dataSourceConfiguration: { type: 'CUSTOM' },
      }),
    );
    await sync(cloudAgent, { knowledgeBaseId: oldId, dataSourceId: oldSource });
  }

  it('makes the same here, copies the documents and says what stays behind', async () => {
    const { code, stdout, stderr } = await fromCloud('import bedrock', '--copy-documents', 'handbook');
    expect(code, stderr).toBe(0);
    const imported = JSON.parse(stdout);
    newId = imported.knowledgeBaseId;
    expect(newId).not.toBe(oldId);
    expect(imported.copied).toMatchObject([{ copied: 3, unchanged: 0, failed: 0, to: 's3://handbook/docs/' }]);
    const left = imported.leftBehind.map(({ what }: { what: string }) => what);
    expect(left).toContain('data source notes: its documents');
    const { knowledgeBase } = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId: newId }));
    expect(knowledgeBase).toMatchObject({
      name: 'station',
      description: 'All about the station',
      roleArn: 'arn:aws:iam::000000000000:role/service-role/AmazonBedrockExecutionRoleForKnowledgeBase_x',
      status: 'ACTIVE',
    });
    const { dataSourceSummaries = [] } = await agent.send(new ListDataSourcesCommand({ knowledgeBaseId: newId }));
    expect(dataSourceSummaries.map(({ name }) => name).sort()).toEqual(['handbook', 'notes']);
    const object = await s3.send(new GetObjectCommand({ Bucket: 'handbook', Key: 'docs/van.txt' }));
    expect([object.ContentType, object.Metadata]).toEqual(['text/plain', { origin: 'test' }]);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'handbook', Key: 'other/secret.txt' }))).rejects.toThrow();
  }, 60_000);

  it('takes the old ids and ARN in calls for what they are here', async () => {
    const byOld = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId: oldId }));
    expect(byOld.knowledgeBase?.knowledgeBaseId).toBe(newId);
    const ids = { knowledgeBaseId: oldId, dataSourceId: oldSource };
    const { dataSource } = await agent.send(new GetDataSourceCommand(ids));
    expect(dataSource).toMatchObject({
      name: 'handbook',
      dataDeletionPolicy: 'RETAIN',
      dataSourceConfiguration: {
        s3Configuration: { bucketArn: 'arn:aws:s3:::handbook', inclusionPrefixes: ['docs/'] },
      },
      vectorIngestionConfiguration: { chunkingConfiguration: { chunkingStrategy: 'FIXED_SIZE' } },
    });
    expect(dataSource?.dataSourceId).not.toBe(oldSource);
    expect((await sync(agent, ids)).statistics).toMatchObject({
      numberOfNewDocumentsIndexed: 2,
      numberOfMetadataDocumentsScanned: 1,
    });
    const { tags } = await agent.send(new ListTagsForResourceCommand({ resourceArn: oldArn }));
    expect(tags).toEqual({ team: 'north' });
    for (const knowledgeBaseId of [
      oldId,
      oldArn,
      newId,
      `arn:aws:bedrock:us-east-1:000000000000:knowledge-base/${newId}`,
    ]) {
      const { retrievalResults } = await runtime.send(
        new RetrieveCommand({
          knowledgeBaseId,
          retrievalQuery: { text: 'range of the van' },
          retrievalConfiguration: { vectorSearchConfiguration: { filter: { equals: { key: 'year', value: 2026 } } } },
        }),
      );
      expect(retrievalResults?.map(({ content }) => content?.text)).toEqual(['The van has a range of 180 kilometres.']);
    }
    const { output } = await runtime.send(
      new RetrieveAndGenerateCommand({
        input: { text: 'What is the range of the van?' },
        retrieveAndGenerateConfiguration: {
          type: 'KNOWLEDGE_BASE',
          knowledgeBaseConfiguration: { knowledgeBaseId: oldId, modelArn: MODEL },
        },
      }),
    );
    expect(output?.text).toContain('180 kilometres');
    const why = await loam('kb', 'retrieve', oldId, 'range', '--why', '--json');
    expect(why.code, why.stderr).toBe(0);
    await expect(agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId: 'NOTTHERE00' }))).rejects.toThrow(
      'NOTTHERE00',
    );
  }, 60_000);

  it('can be repeated: nothing is made or copied twice', async () => {
    const { code, stdout, stderr } = await fromCloud('import bedrock', '--copy-documents', 'handbook');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      knowledgeBaseId: newId,
      copied: [{ copied: 0, unchanged: 3, failed: 0 }],
    });
    const { knowledgeBaseSummaries } = await agent.send(new ListKnowledgeBasesCommand({}));
    expect(knowledgeBaseSummaries).toHaveLength(1);
    const { dataSourceSummaries } = await agent.send(new ListDataSourcesCommand({ knowledgeBaseId: newId }));
    expect(dataSourceSummaries).toHaveLength(2);
  }, 60_000);

  it('shadows: overlap, latency, cost and what differs', async () => {
    const asked = ['--query', 'range of the van', '--query', 'when is the station open'];
    const same = await fromCloud('shadow', ...asked, '--results', '2', '--price', '0.0001');
    expect(same.code, same.stderr).toBe(0);
    const report = JSON.parse(same.stdout);
    expect(report).toMatchObject({ cloud: oldId, loam: newId, k: 2, compared: 2, overlap: 1, sameFirst: 1 });
    expect(report.latency.cloud.p95Ms).toBeGreaterThan(0);
    expect(report.cost.perThousandQueries).toBeGreaterThan(0);
    await s3.send(
      new PutObjectCommand({ Bucket: 'handbook', Key: 'docs/more.txt', Body: 'The range of the van is disputed.' }),
    );
    await sync(agent, { knowledgeBaseId: oldId, dataSourceId: oldSource });
    const different = JSON.parse((await fromCloud('shadow', ...asked, '--results', '2')).stdout);
    expect(different.overlap).toBeLessThan(1);
    expect(different.mostDifferent[0]).toMatchObject({ query: 'range of the van', onlyLoam: ['docs/more.txt'] });
  }, 60_000);

  it('says what is wrong', async () => {
    const unknown = await loam('import', 'bedrock', 'NOTTHERE00', '--endpoint-url', cloud.endpoint);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('NOTTHERE00')]);
    const self = await loam('import', 'bedrock', newId, '--endpoint-url', here.endpoint);
    expect([self.code, self.stderr]).toEqual([2, expect.stringContaining('is this server')]);
    const stranger = await loam('shadow', 'NOTTHERE00', '--query', 'x', '--endpoint-url', cloud.endpoint);
    expect([stranger.code, stranger.stderr]).toEqual([2, expect.stringContaining('loam import bedrock NOTTHERE00')]);
    const nothing = await loam('shadow', oldId, '--endpoint-url', cloud.endpoint);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('--query TEXT')]);
  }, 60_000);
});
