import {
  RetrieveAndGenerateCommand,
  type RetrieveAndGenerateCommandInput,
  RetrieveAndGenerateStreamCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAiServer } from '../../src/models/providers/start-test-server.ts';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { ACCOUNT, type KnowledgeServer } from './start-knowledge.ts';
import { startWithWriter } from './start-with-writer.ts';

const Bucket = 'harbour-documents';
const scope = { account: ACCOUNT, region: 'us-east-1' };
const TEXTS = {
  'ferry.txt': 'The ferry leaves at 7:30 every morning. A ticket costs 12 crowns for adults.',
  'museum.txt': 'The museum is closed on Mondays. Entry is free for children.',
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
  ids = await createKnowledgeBase(clients.agent, 'harbour', Bucket);
  await sync(clients.agent, ids);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await writer?.close();
});

type Configuration = RetrieveAndGenerateCommandInput['retrieveAndGenerateConfiguration'];

const ofBase = (modelArn: string, more: object = {}): Configuration => ({
  type: 'KNOWLEDGE_BASE',
  knowledgeBaseConfiguration: { knowledgeBaseId: ids.knowledgeBaseId, modelArn, ...more },
});

async function ask(text: string, configuration: Configuration, more: object = {}) {
  const command = new RetrieveAndGenerateCommand({
    input: { text },
    retrieveAndGenerateConfiguration: configuration,
    ...more,
  });
  let headers: Readonly<Record<string, string>> = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      ({ headers } = result.response as { headers: Record<string, string> });
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const answer = await clients.runtime.send(command);
  return { ...answer, headers, answerId: headers['x-loam-answer'] ?? '' };
}

const readerOf = (principalId: string) => ({ principalId, readsAll: false, visible: undefined });

describe('a checked answer', () => {
  it('carries the support of its references, and says how many sentences nothing supports', async () => {
    writer.behave({
      kind: 'answer',
      pieces: ['The ferry leaves at 7:30 every morning [1]. A ticket costs 99 crowns for adults [1]. Pirates own it.'],
    });
    const {
      headers,
      citations = [],
      answerId,
      guardrailAction,
    } = await ask('When does the ferry leave?', ofBase('written.large'));
    expect(headers['x-loam-unsupported']).toBe('2');
    expect(guardrailAction).toBe('NONE');
    expect(citations[0]?.retrievedReferences?.[0]?.metadata?.['x-loam-support']).toBeLessThan(0.55);
    const told = await server.knowledge.answers.get(scope, answerId, readerOf('alice'));
    expect(told.sentences.map(({ supported }) => supported)).toEqual([true, false, false]);
    expect(told).toMatchObject({ answered: true, unsupported: 2, question: 'When does the ferry leave?' });
  });

  it('is wholly supported where it is quoted', async () => {
    const { headers, citations = [] } = await ask('When does the ferry leave?', ofBase('anthropic.claude-v2'));
    expect(headers['x-loam-unsupported']).toBe('0');
    expect(citations[0]?.retrievedReferences?.[0]?.metadata?.['x-loam-support']).toBe(1);
  });

  it('marks in a stream what nothing supports', async () => {
    writer.behave({ kind: 'answer', pieces: ['The ferry leaves at 7:30 [1]. ', 'Pirates own it.'] });
    const retrieveAndGenerateConfiguration = ofBase('written.large');
    const { stream } = await clients.runtime.send(
      new RetrieveAndGenerateStreamCommand({
        input: { text: 'When does the ferry leave?' },
        retrieveAndGenerateConfiguration,
      }),
    );
    const cited: [string | undefined, number | undefined][] = [];
    for await (const { citation } of stream ?? []) {
      if (!citation) continue;
      const text = citation.generatedResponsePart?.textResponsePart?.text;
      cited.push([text, citation.retrievedReferences?.length]);
      expect(citation.citation?.generatedResponsePart?.textResponsePart?.text).toBe(text);
    }
    expect(cited).toEqual([
      ['The ferry leaves at 7:30.', 1],
      ['Pirates own it.', 0],
    ]);
  });

  it('fails in a stream with an exception, when the model breaks off', async () => {
    writer.behave({ kind: 'break', pieces: ['The ferry'] });
    const { stream } = await clients.runtime.send(
      new RetrieveAndGenerateStreamCommand({
        input: { text: 'When does the ferry leave?' },
        retrieveAndGenerateConfiguration: ofBase('written.large'),
      }),
    );
    const read = async (): Promise<void> => {
      for await (const _event of stream ?? []);
    };
    await expect(read()).rejects.toMatchObject({ name: expect.stringMatching(/Exception$/) });
  });
});

describe('a question of several parts', () => {
  const orchestrationConfiguration = { queryTransformationConfiguration: { type: 'QUERY_DECOMPOSITION' as const } };

  it('is taken apart by rules for the embedded answerer', async () => {
    const question = 'When does the ferry leave and when is the museum closed?';
    const { output } = await ask(question, ofBase('anthropic.claude-v2', { orchestrationConfiguration }));
    expect(output?.text).toContain('7:30');
    expect(output?.text).toContain('Mondays');
  });

  it('is taken apart by a model that writes, and each part retrieved', async () => {
    writer.behave(
      { kind: 'answer', pieces: ['1. ferry departure time\n2. museum closing day'] },
      { kind: 'answer', pieces: ['At 7:30 [1].'] },
    );
    const { answerId } = await ask('Ferry and museum?', ofBase('written.large', { orchestrationConfiguration }));
    const { queries } = await server.knowledge.answers.get(scope, answerId, readerOf('alice'));
    expect(queries).toEqual(['ferry departure time', 'museum closing day']);
  });
});

describe('a document that the question brings along', () => {
  const external = (source: object, modelArn = 'anthropic.claude-v2'): Configuration =>
    ({ type: 'EXTERNAL_SOURCES', externalSourcesConfiguration: { modelArn, sources: [source] } }) as Configuration;
  const data = Buffer.from('# Lighthouse\n\nThe lamp of the lighthouse burns whale oil.');
  const byteContent = { identifier: 'lighthouse.md', contentType: 'text/markdown', data };

  it('is answered from, as bytes', async () => {
    const { output, citations = [] } = await ask(
      'What does the lamp of the lighthouse burn?',
      external({ sourceType: 'BYTE_CONTENT', byteContent }),
    );
    expect(output?.text).toContain('whale oil');
    expect(citations[0]?.retrievedReferences?.[0]?.location).toEqual({
      type: 'CUSTOM',
      customDocumentLocation: { id: 'lighthouse.md' },
    });
  });

  it('is answered from, as an object', async () => {
    const uri = `s3://${Bucket}/ferry.txt`;
    const {
      output,
      citations = [],
      sessionId,
    } = await ask('When does the ferry leave?', external({ sourceType: 'S3', s3Location: { uri } }));
    expect(output?.text).toContain('7:30');
    expect(citations[0]?.retrievedReferences?.[0]?.location).toEqual({ type: 'S3', s3Location: { uri } });
    expect(sessionId).toBeDefined();
  });

  it.each<[string, object, RegExp]>([
    ['of another type than it says', { sourceType: 'S3', byteContent }, /s3Location/],
    [
      'that cannot be read',
      {
        sourceType: 'BYTE_CONTENT',
        byteContent: {
          ...byteContent,
          data: Buffer.from([0, 1, 2, 0, 255]),
          contentType: 'application/pdf',
          identifier: 'a.pdf',
        },
      },
      /cannot be read/,
    ],
    ['that is nowhere', { sourceType: 'S3', s3Location: { uri: `s3://${Bucket}/none.txt` } }, /does not exist/],
  ])('is refused %s', async (_name, source, message) => {
    await expect(ask('What?', external(source))).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('a session', () => {
  it('ends some time after its last question', async () => {
    const { sessionId } = await ask('When does the ferry leave?', ofBase('anthropic.claude-v2'));
    await server.database.query(
      scope,
      `update knowledge_sessions set updated_at = :at where account = :account and region = :region and id = :sessionId`,
      { at: new Date(Date.now() - 25 * 3_600_000), sessionId },
    );
    const late = ask('And why?', ofBase('anthropic.claude-v2'), { sessionId });
    await expect(late).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/24 hours/),
    });
    await server.knowledge.answers.forgetOld();
    const left = await server.database.query(
      scope,
      'select id from knowledge_sessions where account = :account and region = :region and id = :sessionId',
      { sessionId },
    );
    expect(left).toEqual([]);
  });
});

describe('a recorded answer', () => {
  const signal = AbortSignal.timeout(60_000);

  it('is reproduced', async () => {
    const { answerId } = await ask('What does a ticket for the ferry cost?', ofBase('anthropic.claude-v2'));
    const replay = await server.knowledge.answers.replay(scope, answerId, readerOf('alice'), signal);
    expect(replay).toMatchObject({ reproduced: true, changes: [] });
  });

  it('says what changed', async () => {
    writer.behave({ kind: 'answer', pieces: ['At 7:30 [1].'] });
    const { answerId } = await ask('When does the ferry leave?', ofBase('written.large'));
    writer.behave({ kind: 'answer', pieces: ['At 8:30 [1].'] });
    const replay = await server.knowledge.answers.replay(scope, answerId, readerOf('alice'), signal);
    expect(replay.changes).toEqual([{ what: 'text', was: 'At 7:30.', is: 'At 8:30.' }]);
    expect(writer.requests[0]?.body).toMatchObject({ temperature: 0 });
  });

  it('is nobody else’s', async () => {
    const { answerId } = await ask('When does the ferry leave?', ofBase('anthropic.claude-v2'));
    const stolen = server.knowledge.answers.get(scope, answerId, readerOf('mallory'));
    await expect(stolen).rejects.toMatchObject({ code: 'resource-not-found' });
  });
});
