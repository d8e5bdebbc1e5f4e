import { randomUUID } from 'node:crypto';
import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  type CreateDataSourceCommandInput,
  CreateKnowledgeBaseCommand,
  type CreateKnowledgeBaseCommandInput,
  DeleteDataSourceCommand,
  DeleteKnowledgeBaseCommand,
  GetDataSourceCommand,
  GetKnowledgeBaseCommand,
  ListDataSourcesCommand,
  ListKnowledgeBasesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDataSourceCommand,
  UpdateKnowledgeBaseCommand,
} from '@aws-sdk/client-bedrock-agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

let server: KnowledgeServer;
let agent: BedrockAgentClient;
beforeAll(async () => {
  server = await startKnowledge();
  agent = server.client().agent;
});
afterAll(() => server?.close());

const base = (name: string, more: Partial<CreateKnowledgeBaseCommandInput> = {}): CreateKnowledgeBaseCommandInput => ({
  name,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/AmazonBedrockExecutionRoleForKnowledgeBase_test`,
  knowledgeBaseConfiguration: {
    type: 'VECTOR',
    vectorKnowledgeBaseConfiguration: {
      embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v1',
    },
  },
  ...more,
});
const create = async (name: string, more?: Partial<CreateKnowledgeBaseCommandInput>) =>
  (await agent.send(new CreateKnowledgeBaseCommand(base(name, more)))).knowledgeBase;
const statusOf = async (knowledgeBaseId: string) =>
  (await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }))).knowledgeBase?.status;
const source = (knowledgeBaseId: string, name: string): CreateDataSourceCommandInput => ({
  knowledgeBaseId,
  name,
  dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: 'arn:aws:s3:::documents' } },
});
const refusal = (name: string, message: RegExp) => ({ name, message: expect.stringMatching(message) });

describe('a knowledge base', () => {
  it('is created, becomes ACTIVE, is changed and goes away', async () => {
    const made = await create('life', { description: 'first', tags: { team: 'a' } });
    const knowledgeBaseId = made?.knowledgeBaseId ?? '';
    expect(knowledgeBaseId).toMatch(/^[0-9A-Z]{10}$/);
    expect(made).toMatchObject({
      status: 'CREATING',
      knowledgeBaseArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:knowledge-base/${knowledgeBaseId}`,
    });
    await expect.poll(() => statusOf(knowledgeBaseId)).toBe('ACTIVE');
    const change = { ...base('life-2'), knowledgeBaseId };
    const { knowledgeBase } = await agent.send(new UpdateKnowledgeBaseCommand(change));
    expect(knowledgeBase).toMatchObject({ name: 'life-2', status: 'ACTIVE' });
    expect(knowledgeBase?.description).toBeUndefined();
    const { status } = await agent.send(new DeleteKnowledgeBaseCommand({ knowledgeBaseId }));
    expect(status).toBe('DELETING');
    await expect
      .poll(() => statusOf(knowledgeBaseId).catch((error: Error) => error.name))
      .toBe('ResourceNotFoundException');
  });

  it('has a name of its own', async () => {
    const made = await create('named');
    await expect(create('named')).rejects.toMatchObject(refusal('ConflictException', /named exists already/));
    const other = await create('other-name');
    const rename = { ...base('named'), knowledgeBaseId: other?.knowledgeBaseId };
    await expect(agent.send(new UpdateKnowledgeBaseCommand(rename))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await agent.send(new DeleteKnowledgeBaseCommand({ knowledgeBaseId: made?.knowledgeBaseId }));
    await expect(create('named')).resolves.toMatchObject({ status: 'CREATING' });
  });

  it('is made once for one client token', async () => {
    const clientToken = randomUUID();
    const first = await create('once', { clientToken });
    const again = await create('once', { clientToken });
    expect(again?.knowledgeBaseId).toBe(first?.knowledgeBaseId);
  });

  it('can be tagged', async () => {
    const made = await create('tagged', { tags: { a: '1' } });
    const resourceArn = made?.knowledgeBaseArn;
    await agent.send(new TagResourceCommand({ resourceArn, tags: { b: '2', c: '3' } }));
    await agent.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'c'] }));
    expect((await agent.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ b: '2' });
  });

  it.each<[string, Partial<CreateKnowledgeBaseCommandInput>, RegExp]>([
    [
      'another type',
      {
        knowledgeBaseConfiguration: {
          type: 'KENDRA',
          kendraKnowledgeBaseConfiguration: {
            kendraIndexArn: `arn:aws:kendra:us-east-1:${ACCOUNT}:index/12345678-1234-1234-1234-123456789012`,
          },
        },
      },
      /type is KENDRA/,
    ],
    [
      'a model that generates',
      {
        knowledgeBaseConfiguration: {
          type: 'VECTOR',
          vectorKnowledgeBaseConfiguration: {
            embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2',
          },
        },
      },
      /names a generation model/,
    ],
    [
      'a store that is configured as another',
      {
        storageConfiguration: {
          type: 'PINECONE',
          s3VectorsConfiguration: { indexArn: `arn:aws:s3vectors:us-east-1:${ACCOUNT}:bucket/b/index/i` },
        },
      },
      /s3VectorsConfiguration does not belong to the type PINECONE/,
    ],
  ])('refuses %s', async (_name, more, message) => {
    await expect(create('refused', more)).rejects.toMatchObject(refusal('ValidationException', message));
  });

  it('cannot change how it embeds', async () => {
    const made = await create('fixed');
    const change = base('fixed', {
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: {
          embeddingModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0',
        },
      },
    });
    const update = new UpdateKnowledgeBaseCommand({ ...change, knowledgeBaseId: made?.knowledgeBaseId });
    await expect(agent.send(update)).rejects.toMatchObject(refusal('ValidationException', /cannot change/));
  });

  it('is listed page by page, with tokens that cannot be invented', async () => {
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await agent.send(new ListKnowledgeBasesCommand({ maxResults: 2, nextToken }));
      expect(page.knowledgeBaseSummaries?.length).toBeLessThanOrEqual(2);
      names.push(...(page.knowledgeBaseSummaries ?? []).map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('tagged');
    const invented = new ListKnowledgeBasesCommand({ nextToken: Buffer.from('x'.repeat(40)).toString('base64url') });
    await expect(agent.send(invented)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a data source', () => {
  let knowledgeBaseId = '';
  beforeAll(async () => {
    knowledgeBaseId = (await create('sources'))?.knowledgeBaseId ?? '';
  });

  it('is created, read, changed, listed and goes away', async () => {
    const made = (await agent.send(new CreateDataSourceCommand(source(knowledgeBaseId, 'one')))).dataSource;
    const ids = { knowledgeBaseId, dataSourceId: made?.dataSourceId ?? '' };
    expect(made).toMatchObject({ status: 'AVAILABLE', dataDeletionPolicy: 'DELETE' });
    await agent.send(
      new UpdateDataSourceCommand({
        ...source(knowledgeBaseId, 'one'),
        ...ids,
        description: 'changed',
        dataSourceConfiguration: {
          type: 'S3',
          s3Configuration: { bucketArn: 'arn:aws:s3:::documents', inclusionPrefixes: ['trials/'] },
        },
      }),
    );
    const read = (await agent.send(new GetDataSourceCommand(ids))).dataSource;
    expect(read).toMatchObject({
      description: 'changed',
      dataSourceConfiguration: { s3Configuration: { inclusionPrefixes: ['trials/'] } },
    });
    const list = () => agent.send(new ListDataSourcesCommand({ knowledgeBaseId }));
    expect((await list()).dataSourceSummaries).toMatchObject([{ name: 'one' }]);
    const { status } = await agent.send(new DeleteDataSourceCommand(ids));
    expect(status).toBe('DELETING');
    await expect.poll(async () => (await list()).dataSourceSummaries).toEqual([]);
  });

  it('belongs to a knowledge base that is there', async () => {
    const orphan = new CreateDataSourceCommand(source('ABCDEFGHIJ', 'orphan'));
    await expect(agent.send(orphan)).rejects.toMatchObject(
      refusal('ResourceNotFoundException', /knowledge base ABCDEFGHIJ does not exist/),
    );
  });

  it.each<[string, Partial<CreateDataSourceCommandInput>, RegExp]>([
    [
      'a web crawler',
      {
        dataSourceConfiguration: {
          type: 'WEB',
          webConfiguration: {
            sourceConfiguration: { urlConfiguration: { seedUrls: [{ url: 'https://example.com/' }] } },
          },
        },
      },
      /type is WEB/,
    ],
    [
      'the bucket of another account',
      {
        dataSourceConfiguration: {
          type: 'S3',
          s3Configuration: { bucketArn: 'arn:aws:s3:::b-1', bucketOwnerAccountId: '222222222222' },
        },
      },
      /bucketOwnerAccountId names another account/,
    ],
    [
      'hierarchical chunking of one level',
      {
        vectorIngestionConfiguration: {
          chunkingConfiguration: {
            chunkingStrategy: 'HIERARCHICAL',
            hierarchicalChunkingConfiguration: { levelConfigurations: [{ maxTokens: 100 }], overlapTokens: 5 },
          },
        },
      },
      /levelConfigurations/,
    ],
    [
      'parsing by a model',
      { vectorIngestionConfiguration: { parsingConfiguration: { parsingStrategy: 'BEDROCK_DATA_AUTOMATION' } } },
      /parsingConfiguration/,
    ],
    [
      'a key of another account',
      {
        serverSideEncryptionConfiguration: {
          kmsKeyArn: 'arn:aws:kms:us-east-1:999999999999:key/12345678-1234-1234-1234-123456789012',
        },
      },
      /kmsKeyArn is no key of this account/,
    ],
  ])('refuses %s', async (_name, more, message) => {
    const command = new CreateDataSourceCommand({ ...source(knowledgeBaseId, 'refused'), ...more });
    await expect(agent.send(command)).rejects.toMatchObject(refusal('ValidationException', message));
  });
});
