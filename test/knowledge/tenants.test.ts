import { createHash } from 'node:crypto';
import { GetKnowledgeBaseCommand, ListKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import {
  type BedrockAgentRuntimeClient,
  type KnowledgeBaseRetrievalResult,
  type RetrievalFilter,
  RetrieveAndGenerateCommand,
  RetrieveCommand,
  type SearchType,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/access/policy/parse-policy.ts';
import { createKnowledgeBase, type SourceIds, sync } from '../support/knowledge-base.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

/** `npm run test:full` asks 10,000. */
const QUESTIONS = Number(process.env.LOAM_TEST_TENANT_QUESTIONS ?? 300);
const EACH = 40;
const WORDS =
  'dose trial patient placebo blood pressure renal cardiac outcome weekly oral invoice contract salary'.split(' ');
const TENANT = `\${aws:PrincipalTag/tenant}`;

const policy = (statements: readonly object[]) => ({
  identity: [{ name: 'readers', policy: parsePolicy({ Version: '2012-10-17', Statement: statements }, 'identity') }],
});
const reads = {
  Effect: 'Allow',
  Action: [
    'bedrock:Retrieve',
    'bedrock:RetrieveAndGenerate',
    'bedrock:ListKnowledgeBaseDocuments',
    'loam:ExplainRetrieve',
  ],
  Resource: '*',
  Condition: { StringEquals: { 'loam:metadata/tenant': TENANT } },
};
const others = { Effect: 'Allow', Action: ['bedrock:InvokeModel'], Resource: '*' };
const readers = policy([reads, others]);

let server: KnowledgeServer;
let both: SourceIds;
const Bucket = 'both';
beforeAll(async () => {
  server = await startKnowledge({
    people: {
      ana: { policies: readers, tags: { tenant: 'a' } },
      bob: { policies: readers, tags: { tenant: 'b' } },
      eve: { policies: readers },
    },
  });
  const { agent, s3 } = server.client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  both = await createKnowledgeBase(agent, Bucket, Bucket);
}, 120_000);
afterAll(() => server?.close());

/** A number from 0, always the same for the same seed. */
function pick(seed: number, below: number): number {
  return Math.floor((Math.abs(Math.sin(seed * 12.9898 + 78.233) * 43_758.5453) % 1) * below);
}

const word = (seed: number): string => WORDS[pick(seed, WORDS.length)] ?? '';

/** Both tenants write about the same things; each about one word that the other has never heard of. */
function textOf(tenant: string, number: number): string {
  const seed = number * 31 + (tenant === 'a' ? 7 : 13);
  const words = Array.from({ length: 12 }, (_, i) => word(seed + i * 3));
  return `${words.join(' ')} only-${tenant}-${number} ${tenant === 'a' ? 'alpaca' : 'buffalo'}.`;
}

/** Puts the documents of a tenant into the knowledge base. */
async function join(tenant: string): Promise<void> {
  const { agent, s3 } = server.client();
  for (let number = 0; number < EACH; number++) {
    const Key = `${tenant}/${number}.txt`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: textOf(tenant, number) }));
    const Body = JSON.stringify({ metadataAttributes: { tenant, level: number % 5 } });
    await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}.metadata.json`, Body }));
  }
  await sync(agent, both);
}

interface Question {
  readonly text: string;
  readonly overrideSearchType: SearchType;
  readonly filter?: RetrievalFilter;
}

function questionOf(number: number): Question {
  const text = `${word(number)} ${word(number + 1)} ${pick(number, 2) === 0 ? 'alpaca' : 'buffalo'} only-b-${number % EACH}`;
  const level: RetrievalFilter = { lessThan: { key: 'level', value: pick(number, 6) } };
  const tenant: RetrievalFilter = { notEquals: { key: 'tenant', value: 'nobody' } };
  const filters = [undefined, level, { orAll: [level, tenant] }, { equals: { key: 'tenant', value: 'b' } }];
  const filter = filters[pick(number + 5, filters.length)];
  return { text, overrideSearchType: number % 3 === 0 ? 'SEMANTIC' : 'HYBRID', ...(filter && { filter }) };
}

async function retrieve(
  runtime: BedrockAgentRuntimeClient,
  { knowledgeBaseId }: SourceIds,
  { text, ...search }: Question,
): Promise<KnowledgeBaseRetrievalResult[]> {
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 20, ...search } },
    }),
  );
  return retrievalResults;
}

const digest = (results: readonly KnowledgeBaseRetrievalResult[]): string =>
  createHash('sha256').update(JSON.stringify(results)).digest('base64');

describe('two tenants in one knowledge base', () => {
  it('find what they found before the other came, with the same scores, and nothing of each other', async () => {
    const { runtime } = server.client('ana');
    await join('a');
    const alone: string[] = [];
    for (let number = 0; number < QUESTIONS; number++) {
      alone.push(digest(await retrieve(runtime, both, questionOf(number))));
    }
    await join('b');
    for (let number = 0; number < QUESTIONS; number++) {
      const found = await retrieve(runtime, both, questionOf(number));
      expect(found.filter(({ metadata }) => metadata?.tenant !== 'a')).toEqual([]);
      expect(digest(found), `question ${number}`).toBe(alone[number]);
    }
  }, 3_600_000);

  it('are told nothing of each other by why, lists and answers', async () => {
    const { runtime, agent } = server.client('bob');
    const { knowledgeBaseId } = both;
    const { documentDetails = [] } = await agent.send(new ListKnowledgeBaseDocumentsCommand(both));
    expect(documentDetails).toHaveLength(EACH);
    for (const { identifier } of documentDetails) expect(identifier?.s3?.uri).toContain('/b/');
    const answer = await runtime.send(
      new RetrieveAndGenerateCommand({
        input: { text: 'What is said of only-a-3 alpaca and renal dose?' },
        retrieveAndGenerateConfiguration: {
          type: 'KNOWLEDGE_BASE',
          knowledgeBaseConfiguration: { knowledgeBaseId, modelArn: 'anthropic.claude-v2' },
        },
      }),
    );
    expect(JSON.stringify([answer.output, answer.citations])).not.toMatch(/alpaca\.|both\/a\//);
    const why = await server.knowledge.retrievals.explain(
      { account: '111111111111', region: 'us-east-1' },
      { knowledgeBaseId, text: 'alpaca', visible: { operator: 'equals', key: 'tenant', value: 'b' } },
      AbortSignal.timeout(10_000),
    );
    expect(why.chunks).toBe(EACH);
    expect(JSON.stringify(why)).not.toMatch(/alpaca|"a"|both\/a\//);
  });

  it('without a tag see nothing, and may do nothing that knows no documents', async () => {
    const { runtime, agent } = server.client('eve');
    expect(await retrieve(runtime, both, questionOf(1))).toEqual([]);
    expect((await agent.send(new ListKnowledgeBaseDocumentsCommand(both))).documentDetails).toEqual([]);
    await expect(agent.send(new GetKnowledgeBaseCommand(both))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
