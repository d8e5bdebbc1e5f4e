// Quality on SciFact with a sentence transformer in place of the embedded one: the settings of the index are the same.
// node --import tsx bench/minilm.ts FOLDER        (FOLDER/all-MiniLM-L6-v2 with model.onnx and vocab.txt; needs onnxruntime-node,
// a build, and ../shared/data/retrieval/scifact; 5,183 documents take some minutes)
import { resolve } from 'node:path';
import { silentLog } from '../src/core/log.ts';
import { openKernel } from '../src/kernel/index.ts';
import { createModels } from '../src/models/index.ts';
import type { SearchMode } from '../src/segments/index.ts';
import { createWorkerPool } from '../src/workers/index.ts';
import { type Judged, ndcgAtTen, readSciFactChunks, readSciFactQueries } from '../test/support/scifact.ts';
import { indexOf } from '../test/support/segments.ts';

const MODEL = 'all-MiniLM-L6-v2';
const MODEL_ID = 'amazon.titan-embed-text-v2:0';
const AT_ONCE = 64;

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder of models.');
const scope = { account: '111111111111', region: 'us-east-1' };
const { signal } = new AbortController();
const workers = createWorkerPool({ concurrency: 2 });
const local = { type: 'onnx', folder: resolve(folder), timeoutSeconds: 600, concurrency: 2 };
const models = createModels({
  configuration: { providers: { local }, models: { [MODEL_ID]: `local:${MODEL}` } },
  environment: {},
  fetch,
  log: silentLog,
  workers,
});

async function embed(texts: readonly string[], purpose: 'document' | 'query'): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const embedded = await models.embed(scope, MODEL_ID, texts.slice(at, at + AT_ONCE), { purpose, signal });
    vectors.push(...embedded.vectors);
  }
  return vectors;
}

const chunks = readSciFactChunks();
const begun = performance.now();
const vectors = await embed(
  chunks.map(({ title, text }) => `${title}\n\n${text}`),
  'document',
);
const seconds = (performance.now() - begun) / 1000;
console.log(`${chunks.length} documents embedded in ${seconds.toFixed(0)} s`);
const dimensions = vectors[0]?.length ?? 0;
const encoder = { kind: 'outside', fingerprint: MODEL, dimensions } as const;
const source = chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] as Float32Array }));
const index = indexOf([source], { encoder, kernel: await openKernel() });

async function quality(queries: readonly Judged[], mode: SearchMode): Promise<string> {
  const asked = await embed(
    queries.map(({ text }) => text),
    'query',
  );
  let sum = 0;
  for (const [at, { text, relevance }] of queries.entries()) {
    const { hits } = await index.search({ text, mode, limit: 10, vector: asked[at] as Float32Array });
    sum += ndcgAtTen(hits, relevance);
  }
  return (sum / queries.length).toFixed(4);
}

for (const split of ['train', 'test'] as const) {
  const queries = readSciFactQueries(split);
  const row = { semantic: await quality(queries, 'semantic'), hybrid: await quality(queries, 'hybrid') };
  console.log(`SciFact ${split}, nDCG@10`, row);
}
await workers.close();
