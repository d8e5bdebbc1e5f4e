import {
  type KnowledgeBaseRetrieveAndGenerateConfiguration,
  RetrieveAndGenerateCommand,
  type RetrieveAndGenerateCommandInput,
  RetrieveAndGenerateStreamCommand,
  RetrieveCommand,
  type RetrieveCommandInput,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAiServer } from '../../src/models/providers/start-test-server.ts';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import type { KnowledgeServer } from './start-knowledge.ts';
import { startWithWriter } from './start-with-writer.ts';

const Bucket = 'trial-documents';
const TEXTS = {
  'risks.txt':
    'The risks of participating in the study are nausea, loose stools, and skin rash. Nausea from lithium is usually mild and goes away after days or weeks.',
  'privacy.txt': 'Your privacy is protected by keeping written notes in locked files and offices.',
  'costs.txt': 'Participants are not charged for any procedures of the study.',
};
let writer: OpenAiServer;
let server: KnowledgeServer;
let clients: ReturnType<KnowledgeServer['client']>;
let ids: SourceIds;
beforeAll(async () => {
  ({ writer, server } = await startWithWriter());
  clients = server.client();
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  for (const [Key, Body] of Object.entries(TEXTS)) await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const metadataAttributes = { topic: 'money', year: 2024, tags: ['fees', 'payment'], open: true };
  const Body = JSON.stringify({ metadataAttributes });
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'costs.txt.metadata.json', Body }));
  ids = await createKnowledgeBase(clients.agent, 'trial', Bucket);
  await sync(clients.agent, ids);
});
afterAll(async () => {
  await server?.close();
  await writer?.close();
});

type Base = Partial<KnowledgeBaseRetrieveAndGenerateConfiguration>;
const asking = (text: string, base: Base = {}, more: object = {}): RetrieveAndGenerateCommandInput => ({
  input: { text },
  retrieveAndGenerateConfiguration: {
    type: 'KNOWLEDGE_BASE',
    knowledgeBaseConfiguration: {
      knowledgeBaseId: ids.knowledgeBaseId,
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1',
      ...base,
    },
  },
  ...more,
});
const ask = (text: string, base: Base = {}, more: object = {}, { runtime } = clients) =>
  runtime.send(new RetrieveAndGenerateCommand(asking(text, base, more)));
const template = (textPromptTemplate: string): Base => ({
  generationConfiguration: { promptTemplate: { textPromptTemplate } },
});

describe('an answer of the embedded answerer', () => {
  it('is cited, with spans whose ends are inclusive', async () => {
    const { output, citations = [], sessionId } = await ask('How is my privacy protected?');
    expect(output?.text).toContain('locked files and offices');
    expect(sessionId).toMatch(/^[0-9a-zA-Z._:-]{2,100}$/);
    expect(citations.length).toBeGreaterThan(0);
    for (const { generatedResponsePart, retrievedReferences } of citations) {
      const { text, span } = generatedResponsePart?.textResponsePart ?? {};
      expect(output?.text?.slice(span?.start, (span?.end ?? 0) + 1)).toBe(text);
      expect(retrievedReferences?.[0]?.location).toEqual({
        type: 'S3',
        s3Location: { uri: `s3://${Bucket}/privacy.txt` },
      });
    }
  });

  it('says that nothing was found when nothing answers', async () => {
    const { output, citations } = await ask('Who won the football championship in 1974?');
    expect(output?.text).toMatch(/could not find/i);
    expect(citations).toEqual([]);
  });

  it('takes a follow-up in the light of what was said', async () => {
    const { sessionId } = await ask('What are the risks of participating in the study?');
    const question = 'elaborate more on the first of them';
    const alone = await ask(question);
    const inContext = await ask(question, {}, { sessionId });
    expect(inContext.sessionId).toBe(sessionId);
    expect(inContext.output?.text).toMatch(/nausea/i);
    expect(inContext.output?.text).not.toBe(alone.output?.text);
  });

  it('names its model in a header', async () => {
    let header: string | undefined;
    const command = new RetrieveAndGenerateCommand(asking('How is my privacy protected?'));
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        header = (result.response as { headers: Record<string, string> }).headers['x-loam-model'];
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    await clients.runtime.send(command);
    expect(header).toMatch(/^loam\//);
  });

  it('streams its text and then its citations', async () => {
    const { runtime } = clients;
    const { stream, sessionId } = await runtime.send(
      new RetrieveAndGenerateStreamCommand(asking('Are participants charged for procedures?')),
    );
    let text = '';
    const cited: (string | undefined)[] = [];
    for await (const event of stream ?? []) {
      text += event.output?.text ?? '';
      if (event.citation) cited.push(event.citation.generatedResponsePart?.textResponsePart?.text);
    }
    expect(text).toContain('not charged');
    expect(cited).toEqual([text]);
    expect(sessionId).toBeDefined();
    await expect(ask('And why?', {}, { sessionId })).resolves.toMatchObject({ sessionId });
  });
});

describe('a session', () => {
  it('is nobody else’s', async () => {
    const { sessionId } = await ask('How is my privacy protected?');
    const invented = ask('And then?', {}, { sessionId: '24322579-8aa4-4df8-8edb-7570c5f53184' });
    const refusal = await invented.catch((error: Error) => error);
    expect(refusal).toMatchObject({ name: 'ValidationException', message: expect.stringMatching(/sessionId/) });
    const stolen = await ask('And then?', {}, { sessionId }, server.client('mallory')).catch((error: Error) => error);
    expect((stolen as Error).message).toBe((refusal as Error).message);
    const other = await createKnowledgeBase(clients.agent, 'other-trial', Bucket);
    await sync(clients.agent, other);
    const elsewhere = ask('And then?', { knowledgeBaseId: other.knowledgeBaseId }, { sessionId });
    await expect(elsewhere).rejects.toMatchObject({ message: (refusal as Error).message });
  });
});

describe('an answer that a model writes', () => {
  it('is cited by the numbers that it puts behind sentences', async () => {
    writer.behave({ kind: 'answer', pieces: ['Notes are lock', 'ed away [1', ']. Nobody is charged. '] });
    const { output, citations = [] } = await ask('How is my privacy protected?', { modelArn: 'written.large' });
    expect(output?.text).toBe('Notes are locked away. Nobody is charged. ');
    expect(citations).toHaveLength(1);
    expect(citations[0]).toMatchObject({
      generatedResponsePart: { textResponsePart: { text: 'Notes are locked away.', span: { start: 0, end: 21 } } },
      retrievedReferences: [{ location: { s3Location: { uri: `s3://${Bucket}/privacy.txt` } } }],
    });
    expect(JSON.stringify(writer.requests[0]?.body)).toContain('[1] Your privacy is protected');
  });

  it('has the caller’s template, and no citations when that does not ask for them', async () => {
    writer.behave({ kind: 'answer', pieces: ['It is [1].'] });
    const own = template('Results: $search_results$ Now: $query$ Time: $current_time$');
    const { citations } = await ask('Is it?', { modelArn: 'written.large', ...own });
    expect(citations).toEqual([]);
    expect(JSON.stringify(writer.requests[0]?.body)).toMatch(/Results: .*\[1\] .* Now: Is it\? Time: 20/);
  });

  it('has a follow-up made to stand by itself', async () => {
    writer.behave({ kind: 'answer', pieces: ['Nausea is a risk [1].'] });
    const { sessionId } = await ask('What are the risks?', { modelArn: 'written.large' });
    writer.behave({ kind: 'answer', pieces: ['Is nausea mild?'] }, { kind: 'answer', pieces: ['It is mild [1].'] });
    await ask('Is it mild?', { modelArn: 'written.large' }, { sessionId });
    const [rewriting, answering] = writer.requests.map(({ body }) => JSON.stringify(body));
    expect(rewriting).toContain('Nausea is a risk.');
    expect(answering).toContain('Question: Is nausea mild?');
  });
});

describe('what is not supported is refused by name', () => {
  it.each<[string, Base, object, RegExp]>([
    ['a template without results', template('Answer $query$'), {}, /\$search_results\$/],
    ['a model that nothing maps', { modelArn: 'unknown.model-v1' }, {}, /unknown\.model-v1/],
    ['a model that embeds', { modelArn: 'amazon.titan-embed-text-v1' }, {}, /embedding model/],
    [
      'a guardrail',
      { generationConfiguration: { guardrailConfiguration: { guardrailId: 'abc', guardrailVersion: '1' } } },
      {},
      /guardrailConfiguration is not supported yet: there are no guardrails/,
    ],
    [
      'fields of a model that takes none',
      { generationConfiguration: { additionalModelRequestFields: { top_k: 5 } } },
      {},
      /generationConfiguration\.additionalModelRequestFields is given, and loam\/extractive-1 takes none/,
    ],
    [
      'an orchestration template without the conversation',
      {
        orchestrationConfiguration: { promptTemplate: { textPromptTemplate: '$query$ $output_format_instructions$' } },
      },
      {},
      /orchestrationConfiguration\.promptTemplate\.textPromptTemplate does not hold \$conversation_history\$/,
    ],
    [
      'the optimized latency',
      { generationConfiguration: { performanceConfig: { latency: 'optimized' } } },
      {},
      /performanceConfig\.latency is optimized\. Allowed: standard/,
    ],
    [
      'a key of another account',
      {},
      {
        sessionConfiguration: {
          kmsKeyArn: 'arn:aws:kms:us-east-1:999999999999:key/12345678-1234-1234-1234-123456789012',
        },
      },
      /sessionConfiguration.kmsKeyArn is no key of this account/,
    ],
  ])('%s', async (_name, base, more, message) => {
    await expect(ask('How?', base, more)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('a knowledge base that is not there', async () => {
    await expect(ask('a', { knowledgeBaseId: 'ABCDEFGHIJ' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('Retrieve', () => {
  const retrieve = async (text: string, vector: object = {}, more: Partial<RetrieveCommandInput> = {}) => {
    const { retrievalResults = [] } = await clients.runtime.send(
      new RetrieveCommand({
        knowledgeBaseId: ids.knowledgeBaseId,
        retrievalQuery: { text },
        retrievalConfiguration: { vectorSearchConfiguration: vector },
        ...more,
      }),
    );
    return retrievalResults;
  };

  it('gives passages with text, place, score and metadata, best first', async () => {
    const [first, ...rest] = await retrieve('Is it free of charge?');
    expect(first).toMatchObject({
      content: { type: 'TEXT', text: TEXTS['costs.txt'] },
      location: { type: 'S3', s3Location: { uri: `s3://${Bucket}/costs.txt` } },
      metadata: {
        topic: 'money',
        year: 2024,
        tags: ['fees', 'payment'],
        open: true,
        'x-amz-bedrock-kb-source-uri': `s3://${Bucket}/costs.txt`,
        'x-amz-bedrock-kb-data-source-id': ids.dataSourceId,
      },
    });
    const scores = [first, ...rest].map((result) => result?.score ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(rest).toHaveLength(2);
  });

  it.each(['HYBRID', 'SEMANTIC'])('searches %s, with as many results as are asked for', async (overrideSearchType) => {
    const results = await retrieve('Does lithium cause nausea?', { overrideSearchType, numberOfResults: 1 });
    expect(results.map(({ location }) => location?.s3Location?.uri)).toEqual([`s3://${Bucket}/risks.txt`]);
  });

  const COSTS = ['costs.txt'];
  const OTHERS = ['privacy.txt', 'risks.txt'];
  it.each<[object, string[]]>([
    [{ equals: { key: 'topic', value: 'money' } }, COSTS],
    [{ notEquals: { key: 'topic', value: 'money' } }, OTHERS],
    [{ greaterThan: { key: 'year', value: 2023 } }, COSTS],
    [{ greaterThanOrEquals: { key: 'year', value: 2025 } }, []],
    [{ lessThan: { key: 'year', value: 2024 } }, []],
    [{ lessThanOrEquals: { key: 'year', value: 2024 } }, COSTS],
    [{ in: { key: 'topic', value: ['money', 'time'] } }, COSTS],
    [{ notIn: { key: 'topic', value: ['money'] } }, OTHERS],
    [{ startsWith: { key: 'topic', value: 'mon' } }, COSTS],
    [{ listContains: { key: 'tags', value: 'fees' } }, COSTS],
    [{ stringContains: { key: 'topic', value: 'one' } }, COSTS],
    [{ equals: { key: 'open', value: true } }, COSTS],
    [{ equals: { key: 'x-amz-bedrock-kb-source-uri', value: `s3://${Bucket}/risks.txt` } }, ['risks.txt']],
    [{ andAll: [{ equals: { key: 'year', value: 2024 } }, { equals: { key: 'open', value: false } }] }, []],
    [
      { orAll: [{ equals: { key: 'year', value: 2024 } }, { notEquals: { key: 'year', value: 1 } }] },
      [...COSTS, ...OTHERS],
    ],
  ])('filters by %j', async (filter, keys) => {
    const results = await retrieve('study', { filter });
    const found = results.map(({ location }) => location?.s3Location?.uri?.split('/').at(-1) ?? '');
    expect(found.sort()).toEqual(keys);
  });

  it('refuses an invented token, an empty question and an image', async () => {
    const refusals = [
      retrieve('a', {}, { nextToken: 'invented' }),
      retrieve(' '),
      retrieve(
        'a',
        {},
        { retrievalQuery: { type: 'IMAGE', image: { format: 'png', inlineContent: new Uint8Array([1]) } } },
      ),
    ];
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('gives nothing of an empty knowledge base', async () => {
    const { knowledgeBaseId } = await createKnowledgeBase(clients.agent, 'empty', Bucket);
    await expect.poll(() => retrieve('a', {}, { knowledgeBaseId }).catch((error: Error) => error.name)).toEqual([]);
    const { output, citations } = await ask('How is my privacy protected?', { knowledgeBaseId });
    expect(output?.text).toMatch(/could not find/i);
    expect(citations).toEqual([]);
  });

  it('sees the index of another account as absent', async () => {
    const query = { knowledgeBaseId: ids.knowledgeBaseId, retrievalQuery: { text: 'a' } };
    const { runtime } = server.client('stranger222222222222');
    await expect(runtime.send(new RetrieveCommand(query))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
