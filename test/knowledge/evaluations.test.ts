import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKnowledgeBase, sync } from '../support/knowledge-base.ts';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

const Bucket = 'evaluated';
const scope = { account: ACCOUNT, region: 'us-east-1' };
let server: KnowledgeServer;
let knowledgeBaseId: string;
let ids: Awaited<ReturnType<typeof createKnowledgeBase>>;

const put = (Key: string, Body: string) => server.client().s3.send(new PutObjectCommand({ Bucket, Key, Body }));

beforeAll(async () => {
  server = await startKnowledge();
  await server.client().s3.send(new CreateBucketCommand({ Bucket }));
  await put('van.txt', 'The van has a range of 180 kilometres.');
  await put('hours.txt', 'The station is open from seven to nineteen on weekdays.');
  ids = await createKnowledgeBase(server.client().agent, 'station', Bucket);
  ({ knowledgeBaseId } = ids);
  await sync(server.client().agent, ids);
});
afterAll(() => server?.close());

const evaluation = {
  name: 'basics',
  results: 1,
  searchType: 'hybrid' as const,
  questions: [
    { question: 'How far does the van drive, what is its range?', expected: [{ document: 'van.txt' }] },
    { question: 'When is the station open?', expected: [{ document: `s3://${Bucket}/hours.txt` }] },
    { question: 'Who founded the colony on Mars?', expected: [] },
  ],
};

async function measured(of: { answerModelId?: string } = {}) {
  const { evaluations } = server.knowledge;
  const id = await evaluations.start(scope, { knowledgeBaseId, name: 'basics', ...of });
  await expect.poll(async () => (await evaluations.status(scope, id))?.state, { timeout: 20_000 }).toBe('done');
  const runs = await evaluations.runs(scope, { knowledgeBaseId, name: 'basics', limit: 5 });
  expect(runs[0]?.id).toBe(id);
  return runs[0];
}

it('measures hit rate and nDCG of saved questions, again after a change', async () => {
  await server.knowledge.evaluations.save(scope, { knowledgeBaseId, ...evaluation });
  expect(await measured()).toMatchObject({ questions: 3, hitRate: 1, ndcg: 1 });
  await server.client().s3.send(new DeleteObjectCommand({ Bucket, Key: 'van.txt' }));
  await sync(server.client().agent, ids);
  const after = await measured();
  expect(after).toMatchObject({ hitRate: 0.5, ndcg: 0.5 });
  expect(after?.results.map(({ rank }) => rank)).toEqual([null, 1, undefined]);
});

it('answers the questions where it is asked to', async () => {
  const run = await measured({ answerModelId: 'anthropic.claude-v2:1' });
  expect(run?.answers).toMatchObject({ refusedOfUnanswerable: 1 });
});

it('lists, replaces and deletes what is saved', async () => {
  const { evaluations } = server.knowledge;
  await evaluations.save(scope, { knowledgeBaseId, ...evaluation, results: 7 });
  expect(await evaluations.list(scope, knowledgeBaseId)).toMatchObject([
    { name: 'basics', results: 7, numberOfQuestions: 3 },
  ]);
  await evaluations.delete(scope, { knowledgeBaseId, name: 'basics' });
  expect(await evaluations.list(scope, knowledgeBaseId)).toEqual([]);
  const gone = evaluations.get(scope, { knowledgeBaseId, name: 'basics' });
  await expect(gone).rejects.toMatchObject({ code: 'resource-not-found' });
  const ofNobody = evaluations.save(scope, { ...evaluation, knowledgeBaseId: 'NOSUCHBASE' });
  await expect(ofNobody).rejects.toMatchObject({ code: 'resource-not-found' });
});
