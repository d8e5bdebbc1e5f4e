// Retrieve through the whole server, signed and over the wire: p50 and p95 with 10,000 and 100,000 chunks.
// node --import tsx bench/retrieve.ts [chunks ...]        (default 10000 100000; needs ../shared/data/retrieval/scifact)
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentRuntimeClient, RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createKnowledgeBase, sync } from '../test/support/knowledge-base.ts';
import { readSciFactChunks, readSciFactQueries } from '../test/support/scifact.ts';
import { startServer } from '../test/support/server.ts';
import { manyChunks } from './support/many-chunks.ts';

const SEED = 20_261;
/** A chunk of the generator is about 250 tokens: the default chunker, at 300, keeps most paragraphs of one file apart. */
const CHUNKS_A_FILE = 100;
const WARM_UP = 30;
const QUERIES = 300;

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const source = readSciFactChunks();
const queries = readSciFactQueries('test').map(({ text }) => text);

async function upload(s3: S3Client, chunks: number): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
  let paragraphs: string[] = [];
  let file = 0;
  const put = async (): Promise<void> => {
    const Body = paragraphs.join('\n\n');
    paragraphs = [];
    await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: `${file++}.txt`, Body }));
  };
  for (const { text } of manyChunks(source, chunks, SEED)) {
    if (paragraphs.push(text) === CHUNKS_A_FILE) await put();
  }
  if (paragraphs.length > 0) await put();
}

async function timeQueries(runtime: BedrockAgentRuntimeClient, knowledgeBaseId: string): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + QUERIES; index++) {
    const text = queries[index % queries.length];
    const begun = performance.now();
    await runtime.send(new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text } }));
    if (index >= WARM_UP) times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}

async function measure(chunks: number): Promise<void> {
  const server = await startServer();
  try {
    await upload(new S3Client({ ...server.client, forcePathStyle: true }), chunks);
    const agent = new BedrockAgentClient(server.client);
    const ids = await createKnowledgeBase(agent, 'bench', 'bench');
    const begun = performance.now();
    await sync(agent, ids);
    const seconds = (performance.now() - begun) / 1000;
    const times = await timeQueries(new BedrockAgentRuntimeClient(server.client), ids.knowledgeBaseId);
    const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
    console.log(`| ${chunks} | ${seconds.toFixed(1)} s | ${p50.toFixed(1)} ms | ${p95.toFixed(1)} ms |`);
  } finally {
    await server.stop();
  }
}

const sizes = process.argv.slice(2).map(Number);
console.log('| paragraphs | sync | Retrieve p50 | p95 |\n|---|---|---|---|');
for (const chunks of sizes.length > 0 ? sizes : [10_000, 100_000]) await measure(chunks);
