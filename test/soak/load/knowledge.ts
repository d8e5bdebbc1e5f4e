import {
  type BedrockAgentClient,
  GetIngestionJobCommand,
  type IngestionJob,
  ListIngestionJobsCommand,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { type BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createKnowledgeBase, type SourceIds } from '../../support/knowledge-base.ts';
import type { Random } from '../random.ts';
import type { ObjectLoad } from './objects.ts';

interface KnowledgeLoadOptions {
  readonly s3: () => S3Client;
  readonly agent: () => BedrockAgentClient;
  readonly runtime: () => BedrockAgentRuntimeClient;
  readonly bucket: string;
  readonly random: Random;
  readonly count: (event: string) => void;
}

const MOST_DOCUMENTS = 600;
const JOB_MS = 120_000;
const wordOf = (index: number): string => `zebra${String(index).padStart(5, '0')}`;

/** A knowledge base that grows while it is synced and asked: every document is counted once and found by its own word. */
export async function createKnowledgeLoad(options: KnowledgeLoadOptions): Promise<ObjectLoad> {
  const { s3, agent, bucket: Bucket, random, count } = options;
  await s3().send(new CreateBucketCommand({ Bucket }));
  const ids = await createKnowledgeBase(agent(), Bucket, Bucket);
  const acknowledged = new Set<number>();
  let next = 0;
  const quietly = (call: Promise<unknown>, event: string): Promise<void> =>
    call.then(
      () => count(event),
      (error: Error) => count(`failed: ${error.name}`),
    );
  return {
    async step() {
      if (random.chance(0.1)) return quietly(agent().send(new StartIngestionJobCommand(ids)), 'sync started');
      if (random.chance(0.2)) return quietly(ask(options, ids, random.below(next + 1)), 'asked');
      if (next >= MOST_DOCUMENTS) return;
      const index = next++;
      const Body = `Document ${index} tells of ${wordOf(index)}. ${'It goes on for a while. '.repeat(20)}`;
      const put = s3().send(new PutObjectCommand({ Bucket, Key: `d/${index}.txt`, Body }));
      await quietly(
        put.then(() => acknowledged.add(index)),
        'document acknowledged',
      );
    },
    check: () => check(options, ids, acknowledged),
  };
}

async function ask({ runtime }: KnowledgeLoadOptions, ids: SourceIds, index: number): Promise<string[]> {
  const { knowledgeBaseId } = ids;
  const question = { knowledgeBaseId, retrievalQuery: { text: wordOf(index) } };
  const { retrievalResults = [] } = await runtime().send(new RetrieveCommand(question));
  return retrievalResults.map(({ content }) => content?.text ?? '');
}

async function check(options: KnowledgeLoadOptions, ids: SourceIds, acknowledged: Set<number>): Promise<string[]> {
  const agent = options.agent();
  const problems: string[] = [];
  for (const job of await jobsOf(agent, ids)) problems.push(...(await ended(agent, ids, job)));
  await agent.send(new StartIngestionJobCommand(ids)).catch((error: Error) => {
    if (error.name !== 'ConflictException') throw error;
  });
  const jobs = await jobsOf(agent, ids);
  for (const job of jobs) problems.push(...(await ended(agent, ids, job)));
  const all = await Promise.all(jobs.map((id) => get(agent, ids, id)));
  const indexed = all.reduce((sum, { statistics }) => sum + (statistics?.numberOfNewDocumentsIndexed ?? 0), 0);
  const scanned = Math.max(...all.map(({ statistics }) => statistics?.numberOfDocumentsScanned ?? 0));
  if (indexed !== scanned) problems.push(`${scanned} documents were scanned, ${indexed} were counted as new`);
  if (scanned < acknowledged.size) problems.push(`${acknowledged.size} documents were put, ${scanned} were scanned`);
  for (const index of [...acknowledged].filter((_, position, list) => position % 40 === list.length % 40)) {
    const texts = await ask(options, ids, index);
    if (!texts.some((text) => text.includes(wordOf(index)))) problems.push(`document ${index} is not found`);
    if (texts.filter((text) => text.includes(`Document ${index} tells`)).length > 1) {
      problems.push(`document ${index} is indexed twice`);
    }
  }
  return problems;
}

async function jobsOf(agent: BedrockAgentClient, ids: SourceIds): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await agent.send(new ListIngestionJobsCommand({ ...ids, maxResults: 1000, nextToken }));
    found.push(...(page.ingestionJobSummaries ?? []).map(({ ingestionJobId = '' }) => ingestionJobId));
    ({ nextToken } = page);
  } while (nextToken);
  return found;
}

async function get(agent: BedrockAgentClient, ids: SourceIds, ingestionJobId: string): Promise<IngestionJob> {
  const { ingestionJob } = await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId }));
  if (!ingestionJob) throw new Error(`there is no job ${ingestionJobId}`);
  return ingestionJob;
}

/** Waits for the end of a job; then what it took in must have come out. */
async function ended(agent: BedrockAgentClient, ids: SourceIds, ingestionJobId: string): Promise<string[]> {
  const until = Date.now() + JOB_MS;
  for (;;) {
    const { status, statistics = {}, failureReasons } = await get(agent, ids, ingestionJobId);
    if (status === 'COMPLETE') {
      const failed = statistics.numberOfDocumentsFailed ?? 0;
      return failed === 0 ? [] : [`job ${ingestionJobId} has ${failed} failed documents`];
    }
    if (status === 'FAILED') return [`job ${ingestionJobId} failed: ${failureReasons?.join(' ')}`];
    if (Date.now() > until) return [`job ${ingestionJobId} is ${status} after ${JOB_MS / 1000} seconds`];
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
