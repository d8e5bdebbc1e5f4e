import { BedrockAgentClient, TagResourceCommand } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RetrieveExplanation } from '../../src/systems/knowledge/index.ts';
import { createKnowledgeBase, sync } from '../support/knowledge-base.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type Caller, callerOf, loam, userWith } from './start-access.ts';

const ACCOUNT = '000000000000';
const Bucket = 'documents';
const NORTH = { StringEquals: { 'loam:metadata/tenant': 'north' } };

let server: TestServer;
let root: Caller;
let knowledgeBaseId: string;

beforeAll(async () => {
  server = await startServer();
  root = callerOf(server, `arn:aws:iam::${ACCOUNT}:root`, server.client.credentials);
  await root.s3.send(new CreateBucketCommand({ Bucket }));
  for (const tenant of ['north', 'south']) {
    await root.s3.send(
      new PutObjectCommand({ Bucket, Key: `${tenant}.txt`, Body: `The ${tenant} station is closed.` }),
    );
    const Body = JSON.stringify({ metadataAttributes: { tenant } });
    await root.s3.send(new PutObjectCommand({ Bucket, Key: `${tenant}.txt.metadata.json`, Body }));
  }
  const agent = new BedrockAgentClient(server.client);
  const ids = await createKnowledgeBase(agent, 'documents', Bucket);
  await sync(agent, ids);
  ({ knowledgeBaseId } = ids);
  const resourceArn = `arn:aws:bedrock:us-east-1:${ACCOUNT}:knowledge-base/${knowledgeBaseId}`;
  await agent.send(new TagResourceCommand({ resourceArn, tags: { state: 'sealed' } }));
  agent.destroy();
}, 60_000);
afterAll(() => server.stop());

const reading = (Action: string[], Condition?: object) => ({
  ...{ Effect: 'Allow', Action, Resource: '*' },
  ...(Condition && { Condition }),
});
const explain = (caller: Caller) =>
  loam<RetrieveExplanation>(server, caller.credentials, 'ExplainRetrieve', { knowledgeBaseId, text: 'closed station' });

it('asking why needs a permission of its own beside that to retrieve, and tells what the caller sees', async () => {
  const plain = await userWith(server, root, 'plain', [reading(['bedrock:Retrieve'])]);
  await expect(explain(plain)).rejects.toThrow(/loam:ExplainRetrieve/);
  const curious = await userWith(server, root, 'curious', [reading(['loam:ExplainRetrieve'])]);
  await expect(explain(curious)).rejects.toThrow(/bedrock:Retrieve/);
  expect((await explain(root)).chunks).toBe(2);
  const actions = ['bedrock:Retrieve', 'loam:ExplainRetrieve'];
  const northern = await userWith(server, root, 'northern', [reading(actions, NORTH)]);
  const told = await explain(northern);
  expect(told.chunks).toBe(1);
  expect(JSON.stringify(told)).not.toContain('south');
  // The narrower of both permissions holds.
  const mixed = await userWith(server, root, 'mixed', [
    reading(['bedrock:Retrieve'], NORTH),
    reading(actions.slice(1)),
  ]);
  expect((await explain(mixed)).chunks).toBe(1);
});

it('a Deny by the tags of the knowledge base holds for asking why as well', async () => {
  const kept = await userWith(server, root, 'kept', [
    reading(['bedrock:*', 'loam:*']),
    { ...reading(['bedrock:Retrieve'], { StringEquals: { 'aws:ResourceTag/state': 'sealed' } }), Effect: 'Deny' },
  ]);
  await expect(explain(kept)).rejects.toThrow(/explicit deny/);
});

it('access explain says which documents a decision is about', async () => {
  const { arn } = await userWith(server, root, 'told', [reading(['bedrock:Retrieve'], NORTH)]);
  const question = { principal: arn, action: 'bedrock:Retrieve' };
  const answer = await loam(server, root.credentials, 'ExplainAccess', question);
  expect(answer).toMatchObject({ allowed: true, documents: expect.stringContaining('tenant = "north"') });
});

it('a policy whose condition no filter can say is refused when it is put', async () => {
  const iam = new IAMClient(root.client);
  const statement = reading(['bedrock:Retrieve'], { StringEqualsIgnoreCase: { 'loam:metadata/tenant': 'north' } });
  const put = iam.send(
    new PutUserPolicyCommand({
      ...{ UserName: 'plain', PolicyName: 'wrong' },
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  await expect(put).rejects.toMatchObject({ name: expect.stringContaining('MalformedPolicyDocument') });
  iam.destroy();
});

it('Retrieve sees what the policy lets be seen, and an empty answer says nothing of what it hides', async () => {
  const southern = await userWith(server, root, 'southern', [
    reading(['bedrock:Retrieve'], { StringEquals: { 'loam:metadata/tenant': 'west' } }),
  ]);
  const runtime = new BedrockAgentRuntimeClient(southern.client);
  const command = new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: 'closed station' } });
  let why: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      why = (result.response as { headers: Record<string, string> }).headers['x-loam-why'];
      return result;
    },
    { step: 'deserialize', name: 'readWhy' },
  );
  expect((await runtime.send(command)).retrievalResults).toEqual([]);
  expect(JSON.parse(why ?? '')).toEqual({ code: 'nothing-visible', chunks: 0, passed: 0 });
  runtime.destroy();
});
