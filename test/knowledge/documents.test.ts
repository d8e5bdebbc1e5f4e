import {
  type BedrockAgentClient,
  CreateDataSourceCommand,
  DeleteKnowledgeBaseDocumentsCommand,
  type DocumentIdentifier,
  GetKnowledgeBaseDocumentsCommand,
  IngestKnowledgeBaseDocumentsCommand,
  type KnowledgeBaseDocument,
  ListKnowledgeBaseDocumentsCommand,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import {
  type BedrockAgentRuntimeClient,
  type RetrievalFilter,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

let server: KnowledgeServer;
let agent: BedrockAgentClient;
let runtime: BedrockAgentRuntimeClient;
let s3: S3Client;
let custom: SourceIds;
beforeAll(async () => {
  server = await startKnowledge();
  ({ agent, runtime, s3 } = server.client());
  await s3.send(new CreateBucketCommand({ Bucket: 'documents' }));
  const ids = await createKnowledgeBase(agent, 'documents', 'documents');
  custom = await customSource(ids.knowledgeBaseId, 'custom');
});
afterAll(() => server?.close());

async function customSource(knowledgeBaseId: string, name: string): Promise<SourceIds> {
  const dataSourceConfiguration = { type: 'CUSTOM' as const };
  const { dataSource } = await agent.send(
    new CreateDataSourceCommand({ knowledgeBaseId, name, dataSourceConfiguration }),
  );
  expect(dataSource?.dataSourceConfiguration).toEqual(dataSourceConfiguration);
  return { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
}

const text = (id: string, data: string, metadata?: KnowledgeBaseDocument['metadata']): KnowledgeBaseDocument => ({
  content: {
    dataSourceType: 'CUSTOM',
    custom: {
      customDocumentIdentifier: { id },
      sourceType: 'IN_LINE',
      inlineContent: { type: 'TEXT', textContent: { data } },
    },
  },
  ...(metadata && { metadata }),
});
const named = (id: string): DocumentIdentifier => ({ dataSourceType: 'CUSTOM', custom: { id } });
const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'documents', Key, Body }));
const ingest = async (ids: SourceIds, documents: KnowledgeBaseDocument[], more: object = {}) =>
  (await agent.send(new IngestKnowledgeBaseDocumentsCommand({ ...ids, documents, ...more }))).documentDetails ?? [];
const remove = async (ids: SourceIds, documentIdentifiers: DocumentIdentifier[]) =>
  (await agent.send(new DeleteKnowledgeBaseDocumentsCommand({ ...ids, documentIdentifiers }))).documentDetails ?? [];
const detailsOf = async (ids: SourceIds, documentIdentifiers: DocumentIdentifier[]) =>
  (await agent.send(new GetKnowledgeBaseDocumentsCommand({ ...ids, documentIdentifiers }))).documentDetails ?? [];

const UNDER_WAY = new Set(['STARTING', 'PENDING', 'IN_PROGRESS', 'DELETING', 'DELETE_IN_PROGRESS']);

/** Waits until nothing is under way any more with these documents. */
async function settled(ids: SourceIds, documents: DocumentIdentifier[]) {
  for (;;) {
    const details = await detailsOf(ids, documents);
    if (!details.some(({ status }) => UNDER_WAY.has(status ?? ''))) return details;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

const found = async ({ knowledgeBaseId }: SourceIds, query: string, filter?: RetrievalFilter) => {
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text: query },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 50, ...(filter && { filter }) } },
    }),
  );
  return retrievalResults;
};
const texts = async (ids: SourceIds, query: string, filter?: RetrievalFilter) =>
  (await found(ids, query, filter)).map(({ content }) => content?.text).sort();

describe('a custom data source', () => {
  it('takes texts and bytes, tells how they stand, and finds them by their id', async () => {
    const bytes: KnowledgeBaseDocument = {
      content: {
        dataSourceType: 'CUSTOM',
        custom: {
          customDocumentIdentifier: { id: 'page/2' },
          sourceType: 'IN_LINE',
          inlineContent: {
            type: 'BYTE',
            byteContent: { mimeType: 'text/html', data: Buffer.from('<h1>Owls</h1><p>The barn owl hunts voles.</p>') },
          },
        },
      },
    };
    const details = await ingest(custom, [text('note 1', 'The heron eats fish.'), bytes]);
    expect(details.map(({ status, identifier }) => [status, identifier?.custom?.id])).toEqual([
      ['STARTING', 'note 1'],
      ['STARTING', 'page/2'],
    ]);
    const states = await settled(custom, [named('note 1'), named('page/2'), named('nobody')]);
    expect(states.map(({ status }) => status)).toEqual(['INDEXED', 'INDEXED', 'NOT_FOUND']);
    const [hit] = await found(custom, 'Which bird hunts voles?');
    expect(hit?.content?.text).toContain('barn owl hunts voles');
    expect(hit?.location).toEqual({ type: 'CUSTOM', customDocumentLocation: { id: 'page/2' } });
    expect(hit?.metadata).toMatchObject({
      'x-amz-bedrock-kb-source-uri': 'page/2',
      'x-amz-bedrock-kb-data-source-id': custom.dataSourceId,
    });
  });

  it('replaces a document of the same id', async () => {
    await ingest(custom, [text('note 1', 'The heron eats frogs now.')]);
    await settled(custom, [named('note 1')]);
    expect(await texts(custom, 'heron')).not.toContain('The heron eats fish.');
    expect(await texts(custom, 'heron')).toContain('The heron eats frogs now.');
  });

  it('takes typed metadata with a document, or from an object', async () => {
    await put('meta/one.json', JSON.stringify({ metadataAttributes: { kind: 'file', year: 1999 } }));
    await put('raw/three.txt', 'The wren builds several nests.');
    const inlineAttributes = [
      { key: 'kind', value: { type: 'STRING' as const, stringValue: 'inline' } },
      { key: 'year', value: { type: 'NUMBER' as const, numberValue: 2024 } },
      { key: 'open', value: { type: 'BOOLEAN' as const, booleanValue: true } },
      { key: 'tags', value: { type: 'STRING_LIST' as const, stringListValue: ['a', 'b'] } },
    ];
    const s3Location = { uri: 's3://documents/meta/one.json' };
    await ingest(custom, [
      text('m1', 'The swift sleeps in the air.', { type: 'IN_LINE_ATTRIBUTE', inlineAttributes }),
      text('m2', 'The swallow nests in barns.', { type: 'S3_LOCATION', s3Location }),
      {
        content: {
          dataSourceType: 'CUSTOM',
          custom: {
            customDocumentIdentifier: { id: 'm3' },
            sourceType: 'S3_LOCATION',
            s3Location: { uri: 's3://documents/raw/three.txt' },
          },
        },
      },
    ]);
    const states = await settled(custom, ['m1', 'm2', 'm3'].map(named));
    expect(states.map(({ status }) => status)).toEqual(['INDEXED', 'INDEXED', 'INDEXED']);
    expect(await texts(custom, 'bird', { equals: { key: 'kind', value: 'file' } })).toEqual([
      'The swallow nests in barns.',
    ]);
    const all: RetrievalFilter = {
      andAll: [
        { greaterThan: { key: 'year', value: 2000 } },
        { equals: { key: 'open', value: true } },
        { listContains: { key: 'tags', value: 'b' } },
      ],
    };
    expect(await texts(custom, 'bird', all)).toEqual(['The swift sleeps in the air.']);
    const [wren] = (await found(custom, 'wren nests')).filter(({ content }) => content?.text?.includes('wren'));
    expect(wren?.location?.customDocumentLocation?.id).toBe('m3');
  });

  it('tells why a document failed', async () => {
    const missing = { uri: 's3://documents/none.txt' };
    const custom3: KnowledgeBaseDocument['content'] = {
      dataSourceType: 'CUSTOM',
      custom: { customDocumentIdentifier: { id: 'f2' }, sourceType: 'S3_LOCATION', s3Location: missing },
    };
    await ingest(custom, [text('f1', ' '), { content: custom3 }]);
    const states = await settled(custom, [named('f1'), named('f2')]);
    expect(states.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
    expect(states[0]?.statusReason).toMatch(/no text/);
    expect(states[1]?.statusReason).toMatch(/key|exist/i);
  });

  it('deletes documents', async () => {
    const details = await remove(custom, [named('m1'), named('f1'), named('nobody')]);
    expect(details.map(({ status }) => status)).toEqual(['DELETING', 'DELETING', 'NOT_FOUND']);
    const states = await settled(custom, [named('m1'), named('f1')]);
    expect(states.map(({ status }) => status)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(await texts(custom, 'swift')).not.toContain('The swift sleeps in the air.');
  });

  it('is listed page by page', async () => {
    const ids = await customSource(custom.knowledgeBaseId, 'listed');
    const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
    await ingest(
      ids,
      names.map((name) => text(name, `Document ${name}.`)),
    );
    await settled(ids, names.map(named));
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await agent.send(new ListKnowledgeBaseDocumentsCommand({ ...ids, maxResults: 3, nextToken }));
      seen.push(...(page.documentDetails ?? []).map(({ identifier }) => identifier?.custom?.id));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(seen).toEqual(names);
  });

  it('takes a request again by its token as if it had not come', async () => {
    const ids = await customSource(custom.knowledgeBaseId, 'tokens');
    const clientToken = 'a-token-of-at-least-thirty-three-characters';
    await ingest(ids, [text('t', 'The first text.')], { clientToken });
    await settled(ids, [named('t')]);
    const [again] = await ingest(ids, [text('t', 'The second text.')], { clientToken });
    expect(again?.status).toBe('INDEXED');
    await ingest(ids, [text('t', 'The third text.')]);
    await settled(ids, [named('t')]);
    expect(await texts(ids, 'text')).toContain('The third text.');
  });

  it('takes many calls at once; the last of a document holds', async () => {
    const ids = await customSource(custom.knowledgeBaseId, 'many');
    const names = Array.from({ length: 40 }, (_, index) => `many${index}`);
    await Promise.all(names.map((name) => ingest(ids, [text(name, `The kestrel number ${name} hovers.`)])));
    for (let round = 0; round < 5; round += 1)
      await ingest(ids, [text('many0', `The kestrel of round ${round} hovers.`)]);
    for (let at = 0; at < names.length; at += 10) await settled(ids, names.slice(at, at + 10).map(named));
    const kestrels = (await texts(ids, 'kestrel hovers')).filter((one) => one?.includes('kestrel'));
    expect(kestrels).toHaveLength(40);
    expect(kestrels).toContain('The kestrel of round 4 hovers.');
  });

  it('refuses what it cannot do, by name', async () => {
    const start = agent.send(new StartIngestionJobCommand(custom));
    await expect(start).rejects.toMatchObject({ name: 'ValidationException' });
    const refused = (documents: unknown) =>
      expect(ingest(custom, documents as KnowledgeBaseDocument[])).rejects.toMatchObject({
        name: 'ValidationException',
      });
    await refused([text('x', 'a'), text('x', 'b')]);
    await refused(Array.from({ length: 11 }, (_, index) => text(`x${index}`, 'a')));
    await refused([{ content: { dataSourceType: 'S3', s3: { s3Location: { uri: 's3://documents/a.txt' } } } }]);
    await refused([text('x', 'a', { type: 'IN_LINE_ATTRIBUTE' })]);
    const wrong = [{ key: 'a', value: { type: 'NUMBER' as const, stringValue: '1' } }];
    await refused([text('x', 'a', { type: 'IN_LINE_ATTRIBUTE', inlineAttributes: wrong })]);
  });
});

describe('a document of an S3 data source that is put by itself', () => {
  let ids: SourceIds;
  const object = (key: string): DocumentIdentifier => ({ dataSourceType: 'S3', s3: { uri: `s3://direct/${key}` } });
  const content = (key: string): KnowledgeBaseDocument => ({
    content: { dataSourceType: 'S3', s3: { s3Location: { uri: `s3://direct/${key}` } } },
  });
  const write = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'direct', Key, Body }));
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'direct' }));
    const { knowledgeBaseId } = await createKnowledgeBase(agent, 'direct', 'direct');
    const s3Configuration = { bucketArn: 'arn:aws:s3:::direct', inclusionPrefixes: ['in/'] };
    const { dataSource } = await agent.send(
      new CreateDataSourceCommand({
        knowledgeBaseId,
        name: 'prefixed',
        dataSourceConfiguration: { type: 'S3', s3Configuration },
      }),
    );
    ids = { knowledgeBaseId, dataSourceId: dataSource?.dataSourceId ?? '' };
  });

  it('is found before any sync, and a sync has nothing to do with it', async () => {
    await write('in/a.txt', 'The lynx is shy.');
    await write('in/a.txt.metadata.json', '{"metadataAttributes":{"kind":"cat"}}');
    await ingest(ids, [content('in/a.txt')]);
    expect((await settled(ids, [object('in/a.txt')]))[0]?.status).toBe('INDEXED');
    expect(await texts(ids, 'lynx', { equals: { key: 'kind', value: 'cat' } })).toEqual(['The lynx is shy.']);
    const { statistics } = await sync(agent, ids);
    expect(statistics).toMatchObject({
      numberOfDocumentsScanned: 1,
      numberOfNewDocumentsIndexed: 0,
      numberOfModifiedDocumentsIndexed: 0,
      numberOfMetadataDocumentsModified: 0,
    });
    expect(await texts(ids, 'lynx')).toEqual(['The lynx is shy.']);
  });

  it('goes at the next sync when it is not under the scanned location', async () => {
    await write('out/b.txt', 'The wolverine is bold.');
    await ingest(ids, [content('out/b.txt')]);
    await settled(ids, [object('out/b.txt')]);
    expect(await texts(ids, 'wolverine')).toContain('The wolverine is bold.');
    expect((await sync(agent, ids)).statistics?.numberOfDocumentsDeleted).toBe(1);
    expect(await texts(ids, 'wolverine')).toEqual(['The lynx is shy.']);
  });

  it('comes back with the next sync when it was deleted here alone', async () => {
    await remove(ids, [object('in/a.txt')]);
    expect((await settled(ids, [object('in/a.txt')]))[0]?.status).toBe('NOT_FOUND');
    expect(await texts(ids, 'lynx')).toEqual([]);
    expect((await sync(agent, ids)).statistics?.numberOfNewDocumentsIndexed).toBe(1);
    await s3.send(new DeleteObjectCommand({ Bucket: 'direct', Key: 'in/a.txt' }));
    expect((await sync(agent, ids)).statistics?.numberOfDocumentsDeleted).toBe(1);
  });

  it('is there once when it is put while a sync reads it', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `in/r${index}.txt`);
    await Promise.all(keys.map((key) => write(key, `The badger ${key} digs.`)));
    const running = sync(agent, ids);
    for (let at = 0; at < keys.length; at += 10) await ingest(ids, keys.slice(at, at + 10).map(content));
    const job = await running;
    expect(job.status).toBe('COMPLETE');
    for (let at = 0; at < keys.length; at += 10) {
      const states = await settled(ids, keys.slice(at, at + 10).map(object));
      expect(new Set(states.map(({ status }) => status))).toEqual(new Set(['INDEXED']));
    }
    expect(await texts(ids, 'badger digs')).toEqual(keys.map((key) => `The badger ${key} digs.`).sort());
    const { statistics } = await sync(agent, ids);
    expect(statistics).toMatchObject({ numberOfDocumentsScanned: 30, numberOfNewDocumentsIndexed: 0 });
  });

  it('is refused in another bucket', async () => {
    const elsewhere = {
      content: { dataSourceType: 'S3' as const, s3: { s3Location: { uri: 's3://documents/a.txt' } } },
    };
    await expect(ingest(ids, [elsewhere])).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
