import type { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import {
  type BedrockAgentRuntimeClient,
  type KnowledgeBaseRetrievalResult,
  type KnowledgeBaseVectorSearchConfiguration,
  paginateRetrieve,
  RerankCommand,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAiServer, startOpenAiServer } from '../../src/models/providers/start-test-server.ts';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

const Bucket = 'retrieval';
const scope = { account: ACCOUNT, region: 'us-east-1' };
const signal = AbortSignal.timeout(60_000);
const WRITER = 'arn:aws:bedrock:us-east-1::foundation-model/test.writer-v1';
const RERANKER = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0';
const DRUGS = ['aspirin', 'ibuprofen', 'paracetamol', 'codeine', 'morphine'];

let writer: OpenAiServer;
let server: KnowledgeServer;
let agent: BedrockAgentClient;
let runtime: BedrockAgentRuntimeClient;
let s3: S3Client;
let ids: SourceIds;
beforeAll(async () => {
  writer = await startOpenAiServer();
  const settings = { type: 'openai-compatible', url: writer.url, timeoutSeconds: 10, concurrency: 4 } as const;
  server = await startKnowledge({
    models: { providers: { test: settings }, models: { 'test.writer*': 'test:writer' } },
  });
  ({ agent, runtime, s3 } = server.client());
  await s3.send(new CreateBucketCommand({ Bucket }));
  ids = await createKnowledgeBase(agent, Bucket, Bucket);
  for (let i = 0; i < 30; i++) {
    const text = `Trial ${i} gives ${DRUGS[i % 5]} to ${i % 3 === 0 ? 'adults' : 'children'} in ward ${i}.`;
    await put(`trial-${i}.txt`, text, { year: 2000 + i, drug: DRUGS[i % 5] ?? '', open: i % 2 === 0 });
  }
  await sync(agent, ids);
}, 120_000);
afterAll(async () => {
  await server?.close();
  await writer?.close();
});

async function put(Key: string, Body: string, metadataAttributes: Record<string, unknown>): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const sidecar = JSON.stringify({ metadataAttributes });
  await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}.metadata.json`, Body: sidecar }));
}

const asked = (text: string, search: KnowledgeBaseVectorSearchConfiguration = {}) => ({
  knowledgeBaseId: ids.knowledgeBaseId,
  retrievalQuery: { text },
  retrievalConfiguration: { vectorSearchConfiguration: search },
});
const retrieve = (text: string, search?: KnowledgeBaseVectorSearchConfiguration, nextToken?: string) =>
  runtime.send(new RetrieveCommand({ ...asked(text, search), ...(nextToken && { nextToken }) }));
const urisOf = (results: readonly KnowledgeBaseRetrievalResult[] = []) =>
  results.map(({ location }) => location?.s3Location?.uri?.replace(`s3://${Bucket}/`, ''));
const question = 'Which trial gives aspirin to children?';

describe('pages of Retrieve', () => {
  it.each(['HYBRID', 'SEMANTIC'] as const)('go on with one ranking, %s', async (overrideSearchType) => {
    const all = urisOf((await retrieve(question, { numberOfResults: 30, overrideSearchType })).retrievalResults);
    const paged = [];
    const input = asked(question, { numberOfResults: 7, overrideSearchType });
    for await (const page of paginateRetrieve({ client: runtime }, input)) paged.push(urisOf(page.retrievalResults));
    expect(paged.map(({ length }) => length)).toEqual([7, 7, 7, 7, 2]);
    expect(paged.flat()).toEqual(all);
    expect(new Set(all).size).toBe(30);
  });

  it('refuse a token of another question, another filter, and an invented one', async () => {
    const { nextToken = '' } = await retrieve(question, { numberOfResults: 5 });
    const other = retrieve('Which ward?', { numberOfResults: 5 }, nextToken);
    await expect(other).rejects.toMatchObject({ name: 'ValidationException' });
    const filter = { equals: { key: 'drug', value: 'aspirin' } };
    const narrowed = retrieve(question, { numberOfResults: 5, filter }, nextToken);
    await expect(narrowed).rejects.toMatchObject({ name: 'ValidationException' });
    const invented = retrieve(question, { numberOfResults: 5 }, `${nextToken}x`);
    await expect(invented).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('Rerank', () => {
  const texts = ['The canteen is closed.', 'Aspirin prevents heart attacks.', 'Wards open at nine.'];
  const rerank = (numberOfResults?: number, modelArn = RERANKER, extra: object = {}) =>
    runtime.send(
      new RerankCommand({
        queries: [{ type: 'TEXT', textQuery: { text: 'Does aspirin prevent a heart attack?' } }],
        sources: [
          ...texts.map((text) => ({
            type: 'INLINE' as const,
            inlineDocumentSource: { type: 'TEXT' as const, textDocument: { text } },
          })),
          { type: 'INLINE', inlineDocumentSource: { type: 'JSON', jsonDocument: { title: 'Aspirin and the heart' } } },
        ],
        rerankingConfiguration: {
          type: 'BEDROCK_RERANKING_MODEL',
          bedrockRerankingConfiguration: {
            modelConfiguration: { modelArn, ...extra },
            ...(numberOfResults && { numberOfResults }),
          },
        },
      }),
    );

  it('puts texts and JSON in the order of their relevance', async () => {
    const { results = [] } = await rerank();
    expect(results.map(({ index }) => index).slice(0, 2)).toEqual([1, 3]);
    expect(results).toHaveLength(4);
    const scores = results.map(({ relevanceScore = 0 }) => relevanceScore);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(results[0]?.document?.textDocument?.text).toBe(texts[1]);
    expect((await rerank(2)).results).toHaveLength(2);
  });

  it('refuses a model that does not rerank, and fields that it would have to ignore', async () => {
    await expect(rerank(1, 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('rerank'),
    });
    const fields = rerank(1, RERANKER, { additionalModelRequestFields: { a: 1 } });
    await expect(fields).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('orders the results of Retrieve, and leaves as many as are asked for', async () => {
    const reranked = await retrieve(question, {
      numberOfResults: 20,
      rerankingConfiguration: {
        type: 'BEDROCK_RERANKING_MODEL',
        bedrockRerankingConfiguration: {
          modelConfiguration: { modelArn: RERANKER },
          numberOfRerankedResults: 3,
          metadataConfiguration: {
            selectionMode: 'SELECTIVE',
            selectiveModeConfiguration: { fieldsToInclude: [{ fieldName: 'drug' }] },
          },
        },
      },
    });
    expect(reranked.retrievalResults).toHaveLength(3);
    expect(reranked.retrievalResults?.[0]?.content?.text).toContain('aspirin');
  });
});

describe('an implicit filter', () => {
  const metadataAttributes = [
    { key: 'drug', type: 'STRING' as const, description: 'The drug that is given' },
    { key: 'year', type: 'NUMBER' as const, description: 'The year of the trial' },
  ];
  const search = (modelArn: string) => ({
    numberOfResults: 30,
    implicitFilterConfiguration: { metadataAttributes, modelArn },
  });
  const answerWith = (text: string) => writer.behave({ kind: 'answer', pieces: [text], finishReason: 'stop' });

  it('narrows the explicit filter to what the model took from the question', async () => {
    answerWith('```json\n{"filter": {"equals": {"key": "drug", "value": "aspirin"}}}\n```');
    const filter = { greaterThan: { key: 'year', value: 2010 } };
    const { retrievalResults } = await retrieve(question, { ...search(WRITER), filter });
    expect(urisOf(retrievalResults).sort()).toEqual(['trial-15.txt', 'trial-20.txt', 'trial-25.txt']);
    expect(JSON.stringify(writer.requests[0]?.body)).toContain('The drug that is given');
  });

  it.each([
    ['an attribute that was not declared', '{"filter": {"equals": {"key": "open", "value": true}}}'],
    ['a value of another type', '{"filter": {"equals": {"key": "year", "value": "2001"}}}'],
    ['prose', 'I cannot do that.'],
    ['nothing', '{"filter": null}'],
  ])('counts for nothing when the model writes %s', async (_case, text) => {
    answerWith(text);
    expect((await retrieve(question, search(WRITER))).retrievalResults).toHaveLength(30);
  });

  it('is refused without a model that writes, naming the setting', async () => {
    const extractive = retrieve(question, search('anthropic.claude-v2'));
    await expect(extractive).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/implicitFilterConfiguration.*"models"/),
    });
  });
});

describe('why', () => {
  async function headerOf(search: KnowledgeBaseVectorSearchConfiguration) {
    let header: string | undefined;
    const command = new RetrieveCommand(asked(question, search));
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        header = (result.response as { headers: Record<string, string> }).headers['x-loam-why'];
        return result;
      },
      { step: 'deserialize', name: 'readWhy' },
    );
    const { retrievalResults } = await runtime.send(command);
    return { results: retrievalResults?.length, why: header === undefined ? undefined : JSON.parse(header) };
  }

  it('comes with every empty answer, as a header', async () => {
    const filter = {
      andAll: [{ equals: { key: 'drug', value: 'aspirin' } }, { equals: { key: 'Year', value: 2001 } }],
    };
    expect(await headerOf({ filter })).toEqual({
      results: 0,
      why: {
        ...{ code: 'filter-passes-none', chunks: 30, passed: 0 },
        clauses: [
          { path: 'andAll[0].equals', alone: 6, together: 6 },
          {
            ...{ path: 'andAll[1].equals', alone: 0, together: 0, problem: 'key-unknown' },
            sentence: 'No passage has the key Year; there is year.',
          },
        ],
      },
    });
    expect(await headerOf({})).toEqual({ results: 5, why: undefined });
  });

  const explain = (filter: unknown, visible?: Parameters<typeof server.knowledge.retrievals.explain>[1]['visible']) =>
    server.knowledge.retrievals.explain(
      scope,
      { knowledgeBaseId: ids.knowledgeBaseId, text: question, filter, numberOfResults: 10, visible },
      signal,
    );

  it('tells other types, other values, and how each result scored', async () => {
    const other = await explain({ equals: { key: 'year', value: '2001' } });
    expect(other.clause?.problem).toEqual({
      code: 'type-differs',
      sentence: 'year is a NUMBER in 30 chunks, the filter compares a STRING.',
    });
    const value = await explain({ equals: { key: 'drug', value: 'Aspirin' } });
    expect(value.clause?.problem?.sentence).toContain('"aspirin"');
    const few = await explain({ lessThan: { key: 'year', value: 2003 } });
    expect(few).toMatchObject({ returned: 3, requested: 10, reasons: [{ code: 'filter-passes-few' }] });
    for (const { lexical, vector, fused } of few.results) expect(lexical + vector).toBeCloseTo(fused, 9);
    await expect(explain({ like: { key: 'a', value: 1 } })).rejects.toThrow(/has the operator like/);
    await expect(explain([1])).rejects.toThrow(/is no object/);
  });

  it('tells of nothing that the caller may not see', async () => {
    const visible = { operator: 'equals', key: 'drug', value: 'codeine' } as const;
    const told = await explain({ equals: { key: 'drug', value: 'aspirin' } }, visible);
    expect(told).toMatchObject({ chunks: 6, passed: 0, returned: 0 });
    expect(JSON.stringify(told.keys)).not.toContain('aspirin');
    const nothing = await explain(undefined, { operator: 'orAll', filters: [] });
    expect(nothing).toMatchObject({ chunks: 0, keys: [], reasons: [{ code: 'nothing-visible' }] });
  });
});

describe('as it stood', () => {
  const asOf = (at: Date, text = 'What is new about naloxone?') =>
    server.knowledge.retrievals.retrieveAsOf(
      scope,
      { ...{ knowledgeBaseId: ids.knowledgeBaseId, text, numberOfResults: 40, visible: undefined }, asOf: at },
      signal,
    );

  it('an index is retrieved from, page by page too, after a sync has changed it', async () => {
    const before = await retrieve(question, { numberOfResults: 7 });
    const all = urisOf((await retrieve(question, { numberOfResults: 30 })).retrievalResults);
    const then = new Date();
    await put('new.txt', 'Naloxone is new.', { year: 2030 });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'trial-0.txt' }));
    await sync(agent, ids);
    const now = urisOf((await asOf(new Date())).retrievalResults);
    expect(now).toContain('new.txt');
    expect(now).not.toContain('trial-0.txt');
    const earlier = await asOf(then);
    expect(urisOf(earlier.retrievalResults)).toHaveLength(30);
    expect(urisOf(earlier.retrievalResults)).toContain('trial-0.txt');
    const second = await retrieve(question, { numberOfResults: 7 }, before.nextToken);
    expect(urisOf(second.retrievalResults)).toEqual(all.slice(7, 14));
  });

  it('is refused outside of what is kept, which is told', async () => {
    await expect(asOf(new Date('2020-01-01'))).rejects.toThrow(
      /asOf is 2020-01-01.*Allowed: a time from 20\d\d-.* to now/,
    );
  });
});
