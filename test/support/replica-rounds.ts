import { setTimeout as delay } from 'node:timers/promises';
import {
  BedrockAgentClient,
  GetIngestionJobCommand,
  ListIngestionJobsCommand,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { createKnowledgeBase, follow, type SourceIds, sync } from './knowledge-base.ts';
import type { Replicas } from './replicas.ts';
import type { TestServer } from './server.ts';

const BUCKET = 'replicated';
// Every document has a word of its own; some are larger than what a row holds.
const wordOf = (index: number): string => `zebra${String(index).padStart(5, '0')}`;
const textOf = (index: number): string =>
  `Document ${index} tells of ${wordOf(index)}. ${'It goes on for a while. '.repeat(index % 3 === 0 ? 300 : 20)}`;

interface Load {
  readonly servers: Map<string, TestServer>;
  readonly acknowledged: Set<number>;
  next: number;
  ended: boolean;
}

const s3Of = ({ client }: TestServer): S3Client => new S3Client({ ...client, forcePathStyle: true });

/** Puts through one replica, wherever it is just now; what was answered counts. */
async function putAll(load: Load, name: string): Promise<void> {
  for (let s3: S3Client | undefined, of: TestServer | undefined; !load.ended; ) {
    const server = load.servers.get(name);
    if (!server) {
      await delay(20);
      continue;
    }
    if (server !== of) [s3, of] = [s3Of(server), server];
    const index = load.next++;
    try {
      await s3?.send(new PutObjectCommand({ Bucket: BUCKET, Key: `d/${index}.txt`, Body: textOf(index) }));
      load.acknowledged.add(index);
    } catch {
      // It was killed before it answered: the object may or may not be there, but never half.
      await delay(10);
    }
  }
}

async function startSync(server: TestServer, ids: SourceIds): Promise<void> {
  const agent = new BedrockAgentClient(server.client);
  await agent.send(new StartIngestionJobCommand(ids)).catch((error: Error) => {
    // One of an earlier round goes on by itself, so another one is refused.
    if (!['ConflictException', 'TimeoutError'].includes(error.name) && !/ECONN|socket/.test(error.message)) throw error;
  });
}

/** Kills one replica or the other at any time, under puts and syncs, and checks that nothing is lost and nothing counts twice. */
export async function killInRounds(replicas: Replicas, rounds: number): Promise<void> {
  const names = ['one', 'two'];
  const load: Load = { servers: new Map(), acknowledged: new Set(), next: 0, ended: false };
  const [first, second] = await Promise.all(names.map((name) => replicas.start(name)));
  if (!first || !second) throw new Error('Two replicas were to be started.');
  load.servers.set('one', first).set('two', second);
  await s3Of(first).send(new CreateBucketCommand({ Bucket: BUCKET }));
  const ids = await createKnowledgeBase(new BedrockAgentClient(second.client), 'replicated', BUCKET);
  const writers = names.flatMap((name) => [putAll(load, name), putAll(load, name)]);
  for (let round = 0; round < rounds; round += 1) {
    const [victim, other] = round % 2 === 0 ? ['one', 'two'] : ['two', 'one'];
    const [dying, living] = [load.servers.get(victim), load.servers.get(other)];
    if (!dying || !living) throw new Error('A replica is missing.');
    await startSync(round % 3 === 0 ? living : dying, ids);
    await delay(100 + ((round * 137) % 900));
    load.servers.delete(victim);
    await dying.kill();
    load.servers.set(victim, await replicas.start(victim));
  }
  load.ended = true;
  await Promise.all(writers);
  const servers = [...load.servers.values()];
  try {
    for (const server of servers) await checkObjects(server, load);
    await checkJobs(servers, ids);
    for (const server of servers) await checkIndex(server, ids, load);
  } finally {
    for (const server of servers) expect(await server.stop()).toBe(0);
  }
}

async function checkObjects(server: TestServer, { acknowledged }: Load): Promise<void> {
  expect(acknowledged.size).toBeGreaterThan(10);
  const s3 = s3Of(server);
  for (const index of acknowledged) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `d/${index}.txt` }));
    expect(await Body?.transformToString()).toBe(textOf(index));
  }
}

/** Jobs of killed replicas have ended by themselves, and every document counts once. */
async function checkJobs([server, other]: readonly TestServer[], ids: SourceIds): Promise<void> {
  const agent = new BedrockAgentClient(server?.client ?? {});
  const { ingestionJobSummaries = [] } = await agent.send(new ListIngestionJobsCommand({ ...ids, maxResults: 100 }));
  let indexed = 0;
  for (const { ingestionJobId = '' } of ingestionJobSummaries) {
    const job = await follow(agent, ids, ingestionJobId);
    expect(job.status).toBe('COMPLETE');
    const { ingestionJob } = await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId }));
    expect(ingestionJob?.statistics?.numberOfDocumentsFailed).toBe(0);
    indexed += ingestionJob?.statistics?.numberOfNewDocumentsIndexed ?? 0;
  }
  const last = await sync(new BedrockAgentClient(other?.client ?? {}), ids);
  expect(indexed + (last.statistics?.numberOfNewDocumentsIndexed ?? 0)).toBe(last.statistics?.numberOfDocumentsScanned);
}

async function checkIndex(server: TestServer, { knowledgeBaseId }: SourceIds, { acknowledged }: Load): Promise<void> {
  const runtime = new BedrockAgentRuntimeClient(server.client);
  for (const index of [...acknowledged].filter((_, position) => position % 20 === 0)) {
    const retrievalQuery = { text: wordOf(index) };
    const answer = await runtime.send(new RetrieveCommand({ knowledgeBaseId, retrievalQuery }));
    const found = (answer.retrievalResults ?? []).filter(({ content }) => content?.text?.includes(wordOf(index)));
    // A document in two living segments would be found twice.
    expect(new Set(found.map(({ content }) => content?.text)).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(0);
  }
}
