import { rmSync } from 'node:fs';
import { RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenAiServer, startOpenAiServer } from '../../src/models/providers/start-test-server.ts';
import { makeTestFolder } from '../../src/storage/database/open-test-database.ts';
import { createKnowledgeBase, sync } from '../support/knowledge-base.ts';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

const Bucket = 'reembedded';
const scope = { account: ACCOUNT, region: 'us-east-1' };
const folder = makeTestFolder();
let embedder: OpenAiServer;
let server: KnowledgeServer;
beforeAll(async () => {
  embedder = await startOpenAiServer();
  embedder.behave({ kind: 'embed', dimensions: 24 });
});
afterAll(async () => {
  await server?.close();
  await embedder?.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (Key: string, Body: string) => server.client().s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const found = async (knowledgeBaseId: string) => {
  const query = new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: 'the zebra' } });
  const { retrievalResults = [] } = await server.client().runtime.send(query);
  return retrievalResults.map(({ content }) => content?.text);
};

it('an index never mixes two embedders; embedded anew, it goes on with the other one', async () => {
  server = await startKnowledge({ folder });
  await server.client().s3.send(new CreateBucketCommand({ Bucket }));
  for (const animal of ['zebra', 'lion', 'heron']) await put(`${animal}.txt`, `Here is the ${animal}.`);
  const ids = await createKnowledgeBase(server.client().agent, 'animals', Bucket);
  const { knowledgeBaseId } = ids;
  await sync(server.client().agent, ids);
  expect((await found(knowledgeBaseId))[0]).toBe('Here is the zebra.');
  await server.close();

  const local = { type: 'openai-compatible' as const, url: embedder.url, timeoutSeconds: 10, concurrency: 2 };
  const models = { 'amazon.titan-embed*': 'local:other' };
  server = await startKnowledge({ folder, models: { providers: { local }, models } });
  const refusal = /was indexed with the embedder loam\/.* is now local\/other: run loam kb reembed/;
  await expect(found(knowledgeBaseId)).rejects.toMatchObject({
    name: 'ConflictException',
    message: expect.stringMatching(refusal),
  });
  const failed = await sync(server.client().agent, ids);
  expect(failed).toMatchObject({ status: 'FAILED', failureReasons: [expect.stringMatching(refusal)] });

  const work = await server.knowledge.startReembed(scope, knowledgeBaseId);
  await expect.poll(async () => (await server.knowledge.reembedStatus(scope, work))?.state).toBe('done');
  expect(await found(knowledgeBaseId)).toHaveLength(3);
  await put('gnu.txt', 'Here is the gnu.');
  expect((await sync(server.client().agent, ids)).statistics).toMatchObject({
    numberOfDocumentsScanned: 4,
    numberOfNewDocumentsIndexed: 1,
  });
  expect(await found(knowledgeBaseId)).toHaveLength(4);
});
