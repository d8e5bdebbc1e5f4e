import type { Scope } from '../../../core/scope.ts';
import {
  addSegment,
  type Chunk,
  type ChunkSlice,
  deadDocuments,
  emptyManifest,
  type Manifest,
} from '../../../segments/index.ts';
import type { RunningJob } from '../../../storage/jobs/contract.ts';
import { taskFile, type WorkerTask } from '../../../workers/index.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { selectIndex, swapManifest } from '../tables/indexes.ts';
import { killSegments, selectBuiltSegments, settleSegments } from '../tables/segments.ts';
import { type Embedding, probeEmbedding } from './embedding.ts';
import { type IndexLease, leaseIndex } from './leases.ts';
import { keepSegment, SEGMENT_LIMITS, segmentBuilder } from './segment-builder.ts';
import { type SegmentFile, segmentFile } from './segment-files.ts';

export interface SegmentSlice {
  readonly id: string;
  readonly file: SegmentFile;
  readonly dead: ReadonlySet<string>;
  readonly from: number;
  readonly atLeast: number;
}

export interface Reembedding {
  readonly knowledgeBaseId: string;
  readonly modelId: string;
  /** Names what is built until it is swapped in. */
  readonly owner: string;
  readonly signal: AbortSignal;
  readonly fence: RunningJob<unknown>['fence'];
  /** Told after each segment that was built. */
  readonly report: (chunksDone: number, chunks: number) => Promise<void>;
}

const READ_CHUNKS: WorkerTask<SegmentSlice, ChunkSlice> = {
  name: 'Reading a segment',
  file: taskFile(import.meta.url, './read-chunks.task.ts'),
};
const CHUNKS_AT_ONCE = 8_000;

/**
 * Embeds all passages of an index anew, beside the index that goes on answering, and swaps it in.
 *
 * @returns false when the index changed meanwhile, and nothing was swapped
 */
export async function reembedIndex(context: KnowledgeContext, scope: Scope, of: Reembedding): Promise<boolean> {
  const { knowledgeBaseId, modelId, owner, signal } = of;
  const embedding = await probeEmbedding(context.models, scope, modelId, signal);
  const lease = await leaseIndex(context, scope, {
    knowledgeBaseId,
    holder: owner,
    forMs: 2 * SEGMENT_LIMITS.timeoutMs,
  });
  if (!lease) return true;
  try {
    if (lease.manifest.embedder.fingerprint === embedding.fingerprint) return true;
    await context.database.transaction(async (transaction) => {
      await of.fence(transaction);
      await killSegments(transaction, scope, { knowledgeBaseId, owner, at: now(context) });
    });
    await rebuild(context, scope, of, embedding, lease);
    return await swap(context, scope, of, embedding, lease.version);
  } finally {
    await lease.release();
  }
}

async function rebuild(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, modelId, owner, signal, fence, report }: Reembedding,
  embedding: Embedding,
  lease: IndexLease,
): Promise<void> {
  const builder = segmentBuilder(context, scope, { knowledgeBaseId, embedding, modelId, signal });
  const total = lease.manifest.segments.reduce((sum, { statistics }) => sum + statistics.chunks, 0);
  let done = 0;
  const living = livingChunks(context, { scope, knowledgeBaseId }, lease.manifest, signal);
  for await (const { chunks, keyArn } of living) {
    const built = await builder.build(chunks, keyArn);
    const of = { knowledgeBaseId, owner, state: 'building' as const, at: now(context) };
    await context.database.transaction(async (transaction) => {
      await fence(transaction);
      if (built) await keepSegment(transaction, scope, built, of);
    });
    await lease.renew();
    done += chunks.length;
    await report(done, total);
  }
}

async function* livingChunks(
  context: KnowledgeContext,
  of: { scope: Scope; knowledgeBaseId: string },
  { segments, tombstones }: Manifest,
  signal: AbortSignal,
): AsyncGenerator<{ chunks: readonly Chunk[]; keyArn: string | undefined }> {
  for (const segment of segments) {
    const { id, key } = segment;
    const file = await segmentFile(context, of, segment, signal);
    const dead = deadDocuments(tombstones, segment);
    for (let from: number | undefined = 0; from !== undefined; ) {
      const slice: SegmentSlice = { id, file, dead, from, atLeast: CHUNKS_AT_ONCE };
      const read: ChunkSlice = await context.workers.run(READ_CHUNKS, slice, { limits: SEGMENT_LIMITS, signal });
      yield { chunks: read.chunks, keyArn: key?.keyArn };
      from = read.next;
    }
  }
}

async function swap(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, owner, fence }: Reembedding,
  { fingerprint, dimensions }: Embedding,
  version: number,
): Promise<boolean> {
  return context.database.transaction(async (transaction) => {
    await fence(transaction);
    const index = await selectIndex(transaction, scope, knowledgeBaseId, 'update');
    if (index?.version !== version) return false;
    const built = await selectBuiltSegments(transaction, scope, { knowledgeBaseId, owner });
    const manifest = built.reduce(
      (grown, { id, bytesId, embedder, statistics, key }) =>
        addSegment(grown, { id, bytesId, built: { embedder, statistics }, key: key ?? undefined }),
      emptyManifest({ fingerprint, dimensions }),
    );
    await swapManifest(transaction, scope, { knowledgeBaseId, manifest, content: 'changed' });
    const live = manifest.segments.map(({ id }) => id);
    await settleSegments(transaction, scope, { knowledgeBaseId, live, at: now(context) });
    return true;
  });
}
