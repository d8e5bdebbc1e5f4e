// Syncs of many small texts through the whole server: documents a second until they are searchable, the second sync of an
// unchanged bucket, one changed file of many, and how other reads fare meanwhile.
// node --import tsx bench/sync-texts.ts [DOCUMENTS, 10000]
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createKnowledgeBase, type SourceIds, sync } from '../test/support/knowledge-base.ts';
import { startServer } from '../test/support/server.ts';
import { percentile, readMeanwhile } from './support/read-meanwhile.ts';

const DOCUMENTS = Number(process.argv[2] ?? 10_000);
const CHARACTERS = 2_000;
const PUTS_AT_ONCE = 16;
const WORDS = 5_000;

const wordOf = (number: number): string => {
  let [word, rest] = ['', number + 17];
  for (; rest > 0; rest = Math.floor(rest / 20)) word += 'bcdfghjklmnpqrstvwxz'[rest % 20] + ('aeiou'[rest % 5] ?? '');
  return word;
};

/** About 2 KB of sentences, the same for the same number; each has a word that no other one has. */
function textOf(number: number, revision = 0): string {
  let seed = number * 2_654_435_761 + revision;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) ** 2 * below);
  };
  let text = `Report ${number} is about only${wordOf(number)}${'x'.repeat(revision)}.`;
  while (text.length < CHARACTERS) {
    text += ` The ${Array.from({ length: 6 + next(10) }, () => wordOf(next(WORDS))).join(' ')}.`;
  }
  return text;
}

async function putAll(s3: S3Client): Promise<void> {
  let next = 0;
  const put = async (): Promise<void> => {
    for (let number = next++; number < DOCUMENTS; number = next++) await putOne(s3, number);
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
}

async function putOne(s3: S3Client, number: number, revision = 0): Promise<void> {
  const Key = `texts/${String(number).padStart(6, '0')}.txt`;
  await s3.send(new PutObjectCommand({ Bucket: 'bench', Key, Body: textOf(number, revision) }));
}

async function secondsUntilFound(
  runtime: BedrockAgentRuntimeClient,
  { knowledgeBaseId }: SourceIds,
  word: string,
  begun: number,
): Promise<number> {
  for (;;) {
    const { retrievalResults } = await runtime.send(
      new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: word } }),
    );
    if (retrievalResults?.[0]?.content?.text?.includes(word)) return (performance.now() - begun) / 1000;
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

const server = await startServer();
const s3 = new S3Client({ ...server.client, forcePathStyle: true });
await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
await s3.send(new CreateBucketCommand({ Bucket: 'other' }));
await s3.send(new PutObjectCommand({ Bucket: 'other', Key: 'small', Body: Buffer.alloc(1024) }));
await putAll(s3);
const agent = new BedrockAgentClient(server.client);
const runtime = new BedrockAgentRuntimeClient(server.client);
const ids = await createKnowledgeBase(agent, 'bench', 'bench');
const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'other', Key: 'small' }));
const timed = async <Result>(work: () => Promise<Result>): Promise<[Result, number]> => {
  const begun = performance.now();
  return [await work(), (performance.now() - begun) / 1000];
};

const reads = readMeanwhile(url);
const [first, firstSeconds] = await timed(() => sync(agent, ids));
const times = await reads.stop();
const last = `only${wordOf(DOCUMENTS - 1)}`;
const [, openSeconds] = await timed(() => secondsUntilFound(runtime, ids, last, performance.now()));
const [second, secondSeconds] = await timed(() => sync(agent, ids));
await putOne(s3, 7, 1);
const begun = performance.now();
const third = sync(agent, ids);
const changedSeconds = await secondsUntilFound(runtime, ids, `only${wordOf(7)}x`, begun);
await third;
await server.stop();

console.log(JSON.stringify(first.statistics));
console.log(JSON.stringify(second.statistics));
console.log(`| sync of ${DOCUMENTS} texts of 2 KB | |\n|---|---|`);
console.log(`| documents/s, chunked, embedded, searchable | ${(DOCUMENTS / firstSeconds).toFixed(0)} |`);
console.log(`| first question after it | ${openSeconds.toFixed(2)} s |`);
console.log(`| second sync, nothing changed | ${secondSeconds.toFixed(2)} s |`);
console.log(`| one changed file, from the start of its sync to its first hit | ${changedSeconds.toFixed(2)} s |`);
console.log(
  `| other reads during the first sync, p50 / p99 of ${times.length} | ${percentile(times, 0.5).toFixed(1)} / ${percentile(times, 0.99).toFixed(1)} ms |`,
);
