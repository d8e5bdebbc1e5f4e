// Quality on SciFact and time of a search over many chunks, on the WASM kernel and on the twin, one core.
// node --import tsx bench/retrieval.ts [chunks ...]        (default 10000 100000; needs ../shared/data/retrieval/scifact)
import { type KernelForm, openKernel } from '../src/kernel/index.ts';
import { loadTokenEncoder } from '../src/models/embedded/token-encoder.ts';
import {
  addSegment,
  buildSegment,
  type Chunk,
  emptyManifest,
  type Hit,
  openIndex,
  type SearchIndex,
  type SearchMode,
  type SearchQuery,
} from '../src/segments/index.ts';
import { type Judged, ndcgAtTen, readSciFactChunks, readSciFactQueries } from '../test/support/scifact.ts';
import { manyChunks } from './support/many-chunks.ts';

const SEED = 20_261;
const SEGMENT_CHUNKS = 20_000;
const WARM_UP = 30;
const QUERIES = 300;
/** Queries whose hits are compared between the kernels. */
const COMPARED = 50;
const MIB = 2 ** 20;

const encoder = loadTokenEncoder();

interface Built {
  readonly open: (form: KernelForm) => Promise<SearchIndex>;
  readonly bytes: number;
  readonly chunksPerCpuSecond: number;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function build(chunks: Iterable<Chunk>): Promise<Built> {
  const kernel = await openKernel();
  const bytes = new Map<string, Uint8Array>();
  let manifest = emptyManifest(encoder);
  let spent = 0;
  let count = 0;
  for (const batch of batches(chunks, SEGMENT_CHUNKS)) {
    const begun = cpuMs();
    const built = buildSegment(batch, { encoder, kernel });
    spent += cpuMs() - begun;
    count += batch.length;
    const id = `segment-${bytes.size}`;
    bytes.set(id, new Uint8Array(built.bytes));
    manifest = addSegment(manifest, { id, bytesId: id, built });
  }
  return {
    open: async (form) => openIndex({ manifest, bytes, encoder, kernel: await openKernel({ prefer: form }) }),
    bytes: [...bytes.values()].reduce((sum, { length }) => sum + length, 0),
    chunksPerCpuSecond: count / (spent / 1_000),
  };
}

function* batches(chunks: Iterable<Chunk>, size: number): Generator<Chunk[]> {
  let batch: Chunk[] = [];
  for (const chunk of chunks) {
    batch.push(chunk);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function quality(index: SearchIndex, queries: readonly Judged[], mode: SearchMode): Promise<string> {
  let sum = 0;
  for (const { text, relevance } of queries) {
    sum += ndcgAtTen((await index.search({ text, mode, limit: 10 })).hits, relevance);
  }
  return (sum / queries.length).toFixed(4);
}

/** BM25 of title and text alone: the hits in the order of that part. */
async function bm25(index: SearchIndex, queries: readonly Judged[]): Promise<string> {
  let sum = 0;
  for (const { text, relevance } of queries) {
    const { hits } = await index.search({ text, mode: 'lexical', limit: 50 });
    const byBody = hits.toSorted((a: Hit, b: Hit) => (b.parts.body ?? 0) - (a.parts.body ?? 0));
    sum += ndcgAtTen(byBody, relevance);
  }
  return (sum / queries.length).toFixed(4);
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

async function time(index: SearchIndex, queries: readonly SearchQuery[]): Promise<Record<string, string>> {
  for (const query of queries.slice(0, WARM_UP)) await index.search(query);
  const walls: number[] = [];
  const cpus: number[] = [];
  for (const query of queries) {
    const [wall, cpu] = [performance.now(), cpuMs()];
    await index.search(query);
    walls.push(performance.now() - wall);
    cpus.push(cpuMs() - cpu);
  }
  walls.sort((a, b) => a - b);
  cpus.sort((a, b) => a - b);
  return {
    'p50 ms': percentile(walls, 0.5),
    'p95 ms': percentile(walls, 0.95),
    'p50 cpu ms': percentile(cpus, 0.5),
    'p95 cpu ms': percentile(cpus, 0.95),
  };
}

async function measureQuality(source: readonly Chunk[]): Promise<void> {
  const index = await (await build(source)).open('wasm');
  for (const split of ['train', 'test'] as const) {
    const queries = readSciFactQueries(split);
    const row: Record<string, string> = { bm25: await bm25(index, queries) };
    for (const mode of ['lexical', 'semantic', 'hybrid'] as const) row[mode] = await quality(index, queries, mode);
    console.log(`SciFact ${split}, nDCG@10`, row);
  }
}

async function measureTime(source: readonly Chunk[], texts: readonly string[], count: number): Promise<void> {
  const built = await build(manyChunks(source, count, SEED));
  console.log(`${count} chunks: ${(built.bytes / MIB).toFixed(0)} MiB, built at`, {
    'chunks per CPU second': Math.round(built.chunksPerCpuSecond),
  });
  const answers: string[] = [];
  for (const form of ['wasm', 'twin'] as const) {
    const begun = performance.now();
    const index = await built.open(form);
    const opened = (performance.now() - begun).toFixed(0);
    const memory = (index.describe().memoryBytes / MIB).toFixed(0);
    console.log(`${count} chunks, ${index.describe().kernel}: opened in ${opened} ms, holds ${memory} MiB`);
    const filter = { operator: 'equals', key: 'group', value: 'group-7' } as const;
    for (const mode of form === 'wasm' ? (['hybrid', 'semantic', 'lexical'] as const) : (['hybrid'] as const)) {
      const queries = texts.map((text) => ({ text, mode, limit: 5 }));
      console.log(`  ${mode}`, await time(index, queries));
      if (mode !== 'hybrid' || form !== 'wasm') continue;
      console.log(
        '  hybrid, filter that 1 % passes',
        await time(
          index,
          queries.map((query) => ({ ...query, filter })),
        ),
      );
    }
    const hits = texts.slice(0, COMPARED).map((text) => index.search({ text, mode: 'hybrid', limit: 20 }));
    answers.push(JSON.stringify(await Promise.all(hits)));
    await index.close();
  }
  console.log(
    `${count} chunks: hits and scores of both kernels are`,
    answers[0] === answers[1] ? 'equal' : 'DIFFERENT',
  );
}

const source = readSciFactChunks();
const texts = readSciFactQueries('test')
  .slice(0, QUERIES)
  .map(({ text }) => text);
const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) await measureQuality(source);
for (const size of sizes.length === 0 ? [10_000, 100_000] : sizes) await measureTime(source, texts, size);
