// Quality on SciFact and time of a search over many chunks, on each kernel that there is, one core.
// node --import tsx bench/retrieval.ts [chunks ...]        (default 10000 100000; needs ../shared/data/retrieval/scifact)
// 1000000 is 100,000 chunks ten times over, with texts and tokens left on disk as the server does, on the best kernel alone.
import { mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KernelForm, openKernel } from '../src/kernel/index.ts';
import { loadTokenEncoder } from '../src/models/embedded/token-encoder.ts';
import {
  addSegment,
  type BuiltSegment,
  buildSegment,
  type Chunk,
  emptyManifest,
  type Hit,
  openIndex,
  type ReadableBytes,
  type SearchIndex,
  type SearchMode,
  type SearchQuery,
} from '../src/segments/index.ts';
import { type Judged, ndcgAtTen, readSciFactChunks, readSciFactQueries } from '../test/support/scifact.ts';
import { manyChunks } from './support/many-chunks.ts';

const SEED = 20_261;
const SEGMENT_CHUNKS = 20_000;
/** More chunks than these are these, several times over. */
const MOST_BUILT = 100_000;
const WARM_UP = 30;
const QUERIES = 300;
/** Queries whose hits are compared between the kernels. */
const COMPARED = 50;
const MIB = 2 ** 20;
const FILTERS = [
  ['1 %', { operator: 'equals', key: 'group', value: 'group-7' }],
  ['99 %', { operator: 'notEquals', key: 'group', value: 'group-7' }],
] as const;

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

async function build(chunks: Iterable<Chunk>, times = 1): Promise<Built> {
  const kernel = await openKernel();
  const bytes = new Map<string, Uint8Array>();
  const segments: BuiltSegment[] = [];
  let manifest = emptyManifest(encoder);
  let spent = 0;
  let count = 0;
  for (const batch of batches(chunks, SEGMENT_CHUNKS)) {
    const begun = cpuMs();
    const built = buildSegment(batch, { encoder, kernel });
    spent += cpuMs() - begun;
    count += batch.length;
    segments.push(built);
  }
  for (let number = 0; number < segments.length * times; number++) {
    const built = segments[number % segments.length] as BuiltSegment;
    const id = `segment-${number}`;
    bytes.set(id, new Uint8Array(built.bytes));
    manifest = addSegment(manifest, { id, bytesId: id, built });
  }
  const files = times > 1 ? onDisk(bytes) : undefined;
  return {
    open: async (form) => {
      const kernel = await openKernel({ prefer: form });
      return openIndex({ manifest, bytes, encoder, kernel, ...(files && { files }) });
    },
    bytes: [...bytes.values()].reduce((sum, { length }) => sum + length, 0),
    chunksPerCpuSecond: count / (spent / 1_000),
  };
}

/** The bytes as files, which are gone when the program is. */
function onDisk(bytes: ReadonlyMap<string, Uint8Array>): Map<string, ReadableBytes> {
  const folder = mkdtempSync(join(tmpdir(), 'loam-bench-'));
  const files = new Map<string, ReadableBytes>();
  for (const [id, content] of bytes) {
    writeFileSync(join(folder, id), content);
    const descriptor = openSync(join(folder, id), 'r');
    files.set(id, { readAt: (into, position) => void readSync(descriptor, into, 0, into.length, position) });
  }
  rmSync(folder, { recursive: true });
  return files;
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
  const times = Math.max(1, Math.round(count / MOST_BUILT));
  const built = await build(manyChunks(source, count / times, SEED), times);
  console.log(`${count} chunks: ${(built.bytes / MIB).toFixed(0)} MiB, built at`, {
    'chunks per CPU second': Math.round(built.chunksPerCpuSecond),
  });
  const answers: string[] = [];
  const best = (await openKernel()).form;
  const forms: readonly KernelForm[] = times > 1 ? [best] : best === 'wasm' ? ['wasm', 'twin'] : [best, 'wasm', 'twin'];
  for (const form of forms) {
    const begun = performance.now();
    const index = await built.open(form);
    const opened = (performance.now() - begun).toFixed(0);
    const memory = (index.describe().memoryBytes / MIB).toFixed(0);
    console.log(`${count} chunks, ${index.describe().kernel}: opened in ${opened} ms, holds ${memory} MiB`);
    for (const mode of form === best ? (['hybrid', 'semantic', 'lexical'] as const) : (['hybrid'] as const)) {
      const queries = texts.map((text) => ({ text, mode, limit: 5 }));
      console.log(`  ${mode}`, await time(index, queries));
      if (mode !== 'hybrid' || form !== best) continue;
      for (const [share, filter] of FILTERS) {
        const filtered = queries.map((query) => ({ ...query, filter }));
        console.log(`  hybrid, filter that ${share} passes`, await time(index, filtered));
      }
    }
    const hits = texts.slice(0, COMPARED).map((text) => index.search({ text, mode: 'hybrid', limit: 20 }));
    answers.push(JSON.stringify(await Promise.all(hits)));
    await index.close();
  }
  const equal = answers.every((answer) => answer === answers[0]);
  console.log(`${count} chunks: hits and scores of ${forms.join(', ')} are`, equal ? 'equal' : 'DIFFERENT');
}

const source = readSciFactChunks();
const texts = readSciFactQueries('test')
  .slice(0, QUERIES)
  .map(({ text }) => text);
const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) await measureQuality(source);
for (const size of sizes.length === 0 ? [10_000, 100_000] : sizes) await measureTime(source, texts, size);
