import {
  type BedrockAgentClient,
  GetIngestionJobCommand,
  ListIngestionJobsCommand,
  StartIngestionJobCommand,
} from '@aws-sdk/client-bedrock-agent';
import { type BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseOver, follow, type SourceIds, sync } from '../support/knowledge-base.ts';
import { ACCOUNT, type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

let server: KnowledgeServer;
let agent: BedrockAgentClient;
let runtime: BedrockAgentRuntimeClient;
let s3: S3Client;
beforeAll(async () => {
  server = await startKnowledge();
  ({ agent, runtime, s3 } = server.client());
});
afterAll(() => server?.close());

const scope = { account: ACCOUNT, region: 'us-east-1' };

const texts = async ({ knowledgeBaseId }: SourceIds, text: string): Promise<string[]> => {
  const { retrievalResults = [] } = await runtime.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: 100 } },
    }),
  );
  return retrievalResults.map(({ content }) => content?.text ?? '').sort();
};
const plan = (ids: SourceIds, limit = 100) =>
  server.knowledge.syncs.plan(scope, { ...ids, limit, signal: AbortSignal.timeout(10_000) });
const jobsOf = async (ids: SourceIds) =>
  (await agent.send(new ListIngestionJobsCommand({ ...ids, maxResults: 100 }))).ingestionJobSummaries ?? [];

describe('a plan', () => {
  it('tells what a sync would do, and why, and changes nothing', async () => {
    const { ids, put, remove } = await baseOver({ agent, s3 }, 'planned');
    for (const name of ['same', 'content', 'gone', 'added', 'changed', 'removed'])
      await put(`${name}.txt`, `About ${name}.`);
    await put('changed.txt.metadata.json', '{"metadataAttributes":{"a":1}}');
    await put('removed.txt.metadata.json', '{"metadataAttributes":{"a":1}}');
    await put('bad.pdf', '%PDF-1.7');
    const first = await plan(ids);
    expect(first).toMatchObject({ scanned: 7, unchanged: 0, added: 7, changed: 0, deleted: 0, more: 0 });
    await sync(agent, ids);

    await put('content.txt', 'About other content.');
    await put('added.txt.metadata.json', '{"metadataAttributes":{"a":1}}');
    await put('changed.txt.metadata.json', '{"metadataAttributes":{"a":2}}');
    await remove('removed.txt.metadata.json');
    await remove('gone.txt');
    await put('new.txt', 'About what is new.');
    const jobs = (await jobsOf(ids)).length;
    const second = await plan(ids);
    expect(second).toMatchObject({ scanned: 7, unchanged: 1, added: 1, changed: 5, deleted: 1 });
    expect(second.changes.map(({ key, action, reasons }) => [key, action, ...reasons])).toEqual([
      ['added.txt', 'change', 'metadata-added'],
      ['bad.pdf', 'change', 'failed-before'],
      ['changed.txt', 'change', 'metadata-changed'],
      ['content.txt', 'change', 'content-changed'],
      ['gone.txt', 'delete', 'deleted'],
      ['new.txt', 'add', 'new'],
      ['removed.txt', 'change', 'metadata-removed'],
    ]);
    expect(second.changes[1]?.failure).toMatch(/cannot be read/);
    expect(await plan(ids, 2)).toMatchObject({ added: 1, changed: 5, deleted: 1, more: 5 });
    expect(await jobsOf(ids)).toHaveLength(jobs);
    const { statistics } = await sync(agent, ids);
    expect(statistics).toMatchObject({
      numberOfNewDocumentsIndexed: 1,
      numberOfModifiedDocumentsIndexed: 1,
      numberOfMetadataDocumentsModified: 3,
      numberOfDocumentsDeleted: 1,
      numberOfDocumentsFailed: 1,
    });
    expect((await plan(ids)).changes.map(({ key }) => key)).toEqual(['bad.pdf']);
  });
});

describe('the history of failures', () => {
  it('keeps the reason of each file of a job, page by page', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'failing');
    for (let n = 0; n < 5; n += 1) await put(`${n}.pdf`, '%PDF-1.7 no more');
    const first = await sync(agent, ids);
    await sync(agent, ids);
    const of = { ...ids, ingestionJobId: first.ingestionJobId ?? '' };
    const page = await server.knowledge.syncs.failures(scope, { ...of, maxResults: 3 });
    expect(page.items.map(({ uri }) => uri)).toEqual([0, 1, 2].map((n) => `s3://failing/${n}.pdf`));
    expect(page.items[0]?.reason).toMatch(/^The document cannot be read/);
    const rest = await server.knowledge.syncs.failures(scope, { ...of, maxResults: 3, nextToken: page.nextToken });
    expect(rest.items.map(({ key }) => key)).toEqual(['3.pdf', '4.pdf']);
  });
});

describe('progress', () => {
  it('tells rate and time left while a job runs, and nothing after its end', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'progressing');
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => put(`${n}.txt`, `Number ${n}. ${'Some words. '.repeat(200)}`)),
    );
    const { ingestionJob } = await agent.send(new StartIngestionJobCommand(ids));
    const of = { ...ids, ingestionJobId: ingestionJob?.ingestionJobId ?? '' };
    const seen: unknown[] = [];
    for (;;) {
      const progress = await server.knowledge.syncs.progress(scope, of);
      if (progress.progress) seen.push(progress.progress);
      if (progress.phase === 'ended') break;
      await new Promise((wake) => setTimeout(wake, 10));
    }
    expect(seen).toContainEqual(expect.objectContaining({ total: 60, unit: 'documents' }));
    expect(await server.knowledge.syncs.progress(scope, of)).toMatchObject({
      status: 'COMPLETE',
      statistics: { numberOfNewDocumentsIndexed: 60 },
    });
  });
});

describe('a guarded sync', () => {
  const evaluation = (ids: SourceIds) => ({
    knowledgeBaseId: ids.knowledgeBaseId,
    name: 'birds',
    questions: [
      { question: 'Which bird hunts voles at night?', expected: [{ document: 'owl.txt' }] },
      { question: 'Which bird eats fish?', expected: [{ document: 'heron.txt' }] },
    ],
    results: 2,
    searchType: 'hybrid' as const,
  });
  const guarded = async (ids: SourceIds, tolerance = 0) => {
    const guard = { evaluation: 'birds', tolerance };
    const { id } = await server.knowledge.syncs.startGuarded(scope, { ...ids, guard });
    return follow(agent, ids, id);
  };

  it('keeps the index when the evaluation falls, tells the questions, and tries again with the next sync', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'guarded');
    await put('owl.txt', 'The barn owl hunts voles at night.');
    await put('heron.txt', 'The heron eats fish by the water.');
    await put('other.txt', 'Bread is made of flour.');
    await server.knowledge.evaluations.save(scope, evaluation(ids));
    expect((await guarded(ids)).status).toBe('COMPLETE');

    await put('owl.txt', 'This page was emptied by mistake.');
    await put('new.txt', 'Cheese is made of milk.');
    const failed = await guarded(ids);
    expect(failed.status).toBe('FAILED');
    expect(failed.failureReasons?.[0]).toMatch(/evaluation birds falls \(hit rate 1\.000 → 0\.500/);
    expect(failed.failureReasons?.[1]).toBe(
      '“Which bird hunts voles at night?”: found at rank 1 before, not found now.',
    );
    expect(await texts(ids, 'owl')).toContain('The barn owl hunts voles at night.');
    expect(await texts(ids, 'cheese')).not.toContain('Cheese is made of milk.');
    expect((await plan(ids)).changes.map(({ key }) => key)).toEqual(['new.txt', 'owl.txt']);

    expect((await guarded(ids, 1)).status).toBe('COMPLETE');
    expect(await texts(ids, 'cheese')).toContain('Cheese is made of milk.');
  });

  it('is refused without its evaluation', async () => {
    const { ids } = await baseOver({ agent, s3 }, 'unguarded');
    await expect(guarded(ids)).rejects.toMatchObject({ code: 'resource-not-found' });
  });
});

describe('a watched bucket', () => {
  const settledJobs = async (ids: SourceIds, count: number) => {
    const ended = async () => {
      const jobs = await jobsOf(ids);
      return jobs.length >= count && jobs.every(({ status }) => status === 'COMPLETE') ? jobs.length : 0;
    };
    await expect.poll(ended, { timeout: 15_000, interval: 50 }).toBeGreaterThan(0);
    return jobsOf(ids);
  };

  it('is synced soon after it has changed, once for many changes', async () => {
    const { ids, put, remove } = await baseOver({ agent, s3 }, 'watched');
    await server.knowledge.syncs.watch(scope, { ...ids, watched: true });
    await Promise.all(Array.from({ length: 20 }, (_, n) => put(`${n}.txt`, `The finch number ${n} sings.`)));
    await settledJobs(ids, 1);
    await expect.poll(() => texts(ids, 'finch sings'), { timeout: 10_000 }).toHaveLength(20);
    expect((await jobsOf(ids)).length).toBeLessThanOrEqual(2);
    await remove('0.txt');
    await expect.poll(() => texts(ids, 'finch sings'), { timeout: 10_000 }).toHaveLength(19);
    expect((await jobsOf(ids))[0]?.description).toBe('Started by a change in the bucket.');
  });

  it('is synced once more for what changes while a sync runs', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'busy');
    await Promise.all(Array.from({ length: 40 }, (_, n) => put(`${n}.txt`, `The crane number ${n} dances.`)));
    await server.knowledge.syncs.watch(scope, { ...ids, watched: true });
    const { ingestionJob } = await agent.send(new StartIngestionJobCommand(ids));
    await put('late.txt', 'The late crane dances.');
    await follow(agent, ids, ingestionJob?.ingestionJobId ?? '');
    await expect.poll(() => texts(ids, 'crane dances'), { timeout: 10_000 }).toContain('The late crane dances.');
    const jobs = await settledJobs(ids, 1);
    expect(jobs.length).toBeLessThanOrEqual(2);
  });

  it('is left alone once it is no longer watched', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'unwatched');
    await server.knowledge.syncs.watch(scope, { ...ids, watched: true });
    await server.knowledge.syncs.watch(scope, { ...ids, watched: false });
    await put('a.txt', 'Nobody hears of this.');
    await new Promise((wake) => setTimeout(wake, 2_000));
    expect(await jobsOf(ids)).toEqual([]);
  });

  it('is caught up with when nobody has started the sync', async () => {
    const { ids, put } = await baseOver({ agent, s3 }, 'caught-up');
    await put('a.txt', 'Written before.');
    await server.database.system(
      `update knowledge_data_sources set watched = true, changed_at = now() - interval '1 minute' where id = :id`,
      { id: ids.dataSourceId },
    );
    await server.knowledge.catchUpWithChanges();
    const [job] = await settledJobs(ids, 1);
    const got = await agent.send(new GetIngestionJobCommand({ ...ids, ingestionJobId: job?.ingestionJobId }));
    expect(got.ingestionJob?.statistics?.numberOfNewDocumentsIndexed).toBe(1);
    await server.knowledge.catchUpWithChanges();
    expect(await jobsOf(ids)).toHaveLength(1);
  });
});
