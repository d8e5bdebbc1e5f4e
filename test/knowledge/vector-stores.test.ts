import {
  CreateDataSourceCommand,
  CreateKnowledgeBaseCommand,
  DeleteKnowledgeBaseCommand,
  GetKnowledgeBaseCommand,
  type StorageConfiguration,
} from '@aws-sdk/client-bedrock-agent';
import { type RetrievalFilter, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SourceIds, sync } from '../support/knowledge-base.ts';
import { testStores } from '../support/vector-stores.ts';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

const scope = { account: ACCOUNT, region: 'us-east-1' };
const Bucket = 'stories';
const stores = testStores();
let server: KnowledgeServer;
let clients: ReturnType<KnowledgeServer['client']>;

const TEXTS = [
  ['hours', 'The library opens at nine on weekdays and at eleven on Saturdays.', { floor: 0, public: true }],
  ['fees', 'Late items cost twenty cents a day. A lost card costs two euros.', { floor: 0, tags: ['money', 'cards'] }],
  ['history', 'The building was a tram depot until 1968.', { floor: 1, tenant: 'north' }],
  ['rooms', 'The reading room seats forty people and is quiet.', { floor: 2, tenant: 'south' }],
  ['cafe', 'Coffee and cake are sold next to the entrance from ten.', { floor: 0, tags: ['food'] }],
] as const;

async function put(name: string, text: string, metadata: object): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: `${name}.txt`, Body: text }));
  const Body = JSON.stringify({ metadataAttributes: metadata });
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: `${name}.txt.metadata.json`, Body }));
}

async function create(name: string, storageConfiguration?: StorageConfiguration): Promise<SourceIds> {
  const embeddingModelArn = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0';
  const { knowledgeBase } = await clients.agent.send(
    new CreateKnowledgeBaseCommand({
      name,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/AmazonBedrockExecutionRoleForKnowledgeBase_test`,
      knowledgeBaseConfiguration: { type: 'VECTOR', vectorKnowledgeBaseConfiguration: { embeddingModelArn } },
      ...(storageConfiguration && { storageConfiguration }),
    }),
  );
  const knowledgeBaseId = knowledgeBase?.knowledgeBaseId ?? '';
  const { dataSource } = await clients.agent.send(
    new CreateDataSourceCommand({
      knowledgeBaseId,
      name: `${name}-documents`,
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: `arn:aws:s3:::${Bucket}` } },
    }),
  );
  return { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
}

async function retrieve(knowledgeBaseId: string, text: string, filter?: RetrievalFilter) {
  const { retrievalResults = [] } = await clients.runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 10, ...(filter && { filter }) } },
    }),
  );
  return retrievalResults.map(({ location, score = 0 }) => ({ uri: location?.s3Location?.uri, score }));
}

async function settled(knowledgeBaseId: string) {
  for (;;) {
    const { knowledgeBase } = await clients.agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }));
    if (knowledgeBase?.status !== 'CREATING') return knowledgeBase;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Waits until the store answers with what was committed last. */
async function upToDate(knowledgeBaseId: string) {
  for (;;) {
    const placement = await server.knowledge.moves.placement(scope, knowledgeBaseId);
    if (placement.upToDate) return placement;
    await server.knowledge.catchUpStores(AbortSignal.timeout(10_000));
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function move(knowledgeBaseId: string, to: string) {
  const id = await server.knowledge.moves.start(scope, { knowledgeBaseId, to });
  for (;;) {
    const job = await server.knowledge.moves.status(scope, id);
    if (job && ['done', 'failed', 'cancelled'].includes(job.state)) return job;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

const unreachable = {
  'arn:aws:rds:us-east-1:111111111111:cluster:away': { type: 'pgvector', url: 'postgres://127.0.0.1:1/x' },
};

beforeAll(async () => {
  const secrets = {};
  const vectorStores = Object.assign({}, unreachable, ...stores.map(({ settings }) => settings));
  server = await startKnowledge({ vectorStores, secrets });
  clients = server.client();
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  for (const [name, text, metadata] of TEXTS) await put(name, text, metadata);
});
afterAll(() => server?.close());

describe.each(stores)('a knowledge base in $type', ({ type, storage, settings }) => {
  let ids: SourceIds;
  let twin: SourceIds;

  beforeAll(async () => {
    ids = await create(`in-${type}`, storage);
    twin = await create(`beside-${type}`);
    expect((await settled(ids.knowledgeBaseId))?.status).toBe('ACTIVE');
    await settled(twin.knowledgeBaseId);
    for (const one of [ids, twin]) expect((await sync(clients.agent, one)).status).toBe('COMPLETE');
  });

  const expectAlike = async (text: string, filter?: RetrievalFilter): Promise<void> => {
    const [found, expected] = [
      await retrieve(ids.knowledgeBaseId, text, filter),
      await retrieve(twin.knowledgeBaseId, text, filter),
    ];
    expect(found.map(({ uri }) => uri)).toEqual(expected.map(({ uri }) => uri));
    found.forEach(({ score }, place) => {
      expect(score).toBeCloseTo(expected[place]?.score ?? 0, 5);
    });
  };

  it('is searched there, with the results of the embedded index', async () => {
    expect(await upToDate(ids.knowledgeBaseId)).toMatchObject({ type, upToDate: true });
    await expectAlike('When does the library open on Saturdays?');
    await expectAlike('What does a lost card cost?');
  });

  it('filters there', async () => {
    await expectAlike('library', { equals: { key: 'floor', value: 0 } });
    await expectAlike('library', { notEquals: { key: 'tenant', value: 'north' } });
    await expectAlike('library', { listContains: { key: 'tags', value: 'food' } });
    await expectAlike('library', {
      orAll: [{ startsWith: { key: 'tenant', value: 'so' } }, { greaterThan: { key: 'floor', value: 0 } }],
    });
    expect(await retrieve(ids.knowledgeBaseId, 'library', { equals: { key: 'floor', value: '0' } })).toEqual([]);
  });

  it('follows syncs: what is new, changed and deleted', async () => {
    await put('garden', 'The garden behind the house has apple trees.', { floor: 0 });
    await put('history', 'The building was a swimming pool until 1971.', { floor: 1, tenant: 'north' });
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'cafe.txt' }));
    for (const one of [ids, twin]) expect((await sync(clients.agent, one)).status).toBe('COMPLETE');
    // Answered at once, by whatever is up to date.
    expect((await retrieve(ids.knowledgeBaseId, 'swimming pool'))[0]?.uri).toBe('s3://stories/history.txt');
    await upToDate(ids.knowledgeBaseId);
    await expectAlike('Are there apple trees?');
    await expectAlike('Was it a swimming pool or a tram depot?');
    expect((await retrieve(ids.knowledgeBaseId, 'coffee and cake')).map(({ uri }) => uri)).not.toContain(
      's3://stories/cafe.txt',
    );
  });

  it('moves to the embedded index and back', async () => {
    const { knowledgeBaseId } = ids;
    const [key = ''] = Object.keys(settings);
    expect(await server.knowledge.moves.plan(scope, { knowledgeBaseId, to: 'embedded' })).toMatchObject({ from: key });
    expect(await move(knowledgeBaseId, 'embedded')).toMatchObject({ state: 'done' });
    expect(await server.knowledge.moves.placement(scope, knowledgeBaseId)).toMatchObject({ type: 'embedded' });
    await expectAlike('reading room');
    expect(await move(knowledgeBaseId, key)).toMatchObject({ state: 'done' });
    expect(await upToDate(knowledgeBaseId)).toMatchObject({ type, store: key });
    await expectAlike('reading room');
  });

  it('is removed there when it is deleted', async () => {
    const { knowledgeBaseId } = ids;
    await clients.agent.send(new DeleteKnowledgeBaseCommand({ knowledgeBaseId }));
    const rows = () =>
      server.database.query(
        scope,
        `select 1 from knowledge_vector_stores where account = :account and region = :region and knowledge_base_id = :id`,
        { id: knowledgeBaseId },
      );
    while ((await rows()).length > 0) await new Promise((wake) => setTimeout(wake, 50));
  });
});

describe('where configuration leads nowhere', () => {
  const rds = (resourceArn: string): StorageConfiguration => ({
    type: 'RDS',
    rdsConfiguration: {
      resourceArn,
      credentialsSecretArn: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:store-AbCdEf',
      databaseName: 'kb',
      tableName: 'bedrock_integration.bedrock_kb',
      fieldMapping: { primaryKeyField: 'id', vectorField: 'embedding', textField: 'chunks', metadataField: 'metadata' },
    },
  });

  it('fails a knowledge base whose store cannot be reached, with the reason', async () => {
    const { knowledgeBaseId } = await create('away', rds('arn:aws:rds:us-east-1:111111111111:cluster:away'));
    const base = await settled(knowledgeBaseId);
    expect(base?.status).toBe('FAILED');
    expect(base?.failureReasons?.[0]).toMatch(
      /^The vector store postgres:\/\/127\.0\.0\.1:1\/x cannot be used right now/,
    );
  });

  it('serves a store that is not mapped by the embedded index, and says so', async () => {
    const arn = 'arn:aws:rds:us-east-1:111111111111:cluster:unmapped';
    const ids = await create('unmapped', rds(arn));
    expect((await settled(ids.knowledgeBaseId))?.status).toBe('ACTIVE');
    const { agent } = server.client();
    let header: string | undefined;
    agent.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        header = (result.response as { headers: Record<string, string> }).headers['x-loam-vector-store'];
        return result;
      },
      { step: 'deserialize', priority: 'high' },
    );
    await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId: ids.knowledgeBaseId }));
    expect(header).toBe('embedded');
    const { reason } = await server.knowledge.moves.placement(scope, ids.knowledgeBaseId);
    expect(reason).toBe(`The embedded index answers: the setting vectorStores does not map ${arn}.`);
    const checked = await server.knowledge.moves.check(scope, AbortSignal.timeout(5_000));
    expect(checked.find(({ store }) => store === arn)).toMatchObject({ type: 'unmapped' });
  });
});
