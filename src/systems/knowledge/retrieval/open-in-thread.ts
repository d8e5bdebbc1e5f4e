import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { type Embedding, embeddingOf } from '../indexing/embedding.ts';
import { type IndexLease, leaseIndex, leaseSnapshot } from '../indexing/leases.ts';
import { segmentFile } from '../indexing/segment-files.ts';
import { knowledgeBaseNotFound } from '../knowledge-bases.ts';
import type { SearchedIndex } from './index-search.ts';
import type { SearchThread } from './search-thread.ts';
import type { SearchThreads } from './search-threads.ts';

/** An index that is open in a search thread. */
export interface OpenIndex {
  readonly thread: SearchThread;
  /** Of the index in its thread. */
  readonly name: string;
  readonly lease: IndexLease;
  readonly embedding: Embedding;
  readonly memoryBytes: number;
}

export const LEASE_MS = 300_000;

/** Leases the segments of an index and has a search thread open them. */
export async function openInThread(
  context: KnowledgeContext,
  threads: SearchThreads,
  scope: Scope,
  index: SearchedIndex,
): Promise<OpenIndex> {
  const { knowledgeBaseId, modelId } = index;
  const lease = await leaseOf(context, scope, index);
  try {
    const { manifest } = lease;
    const embedding = embeddingOf(context.models, modelId, { id: knowledgeBaseId, embedder: manifest.embedder });
    const signal = AbortSignal.timeout(LEASE_MS);
    const reading = manifest.segments.map(async (segment) => {
      return { id: segment.id, file: await segmentFile(context, { scope, knowledgeBaseId }, segment, signal) };
    });
    const files = await Promise.all(reading);
    const thread = threads.threadFor(manifest.segments.reduce((sum, { statistics }) => sum + statistics.chunks, 0));
    const opened = { thread, name: context.ids.uuid() };
    const { memoryBytes } = await thread.open({ name: opened.name, manifest, files, embedding }).catch((error) => {
      void threads.close(opened);
      throw error;
    });
    return { ...opened, lease, embedding, memoryBytes };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function leaseOf(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, version, content, snapshot }: SearchedIndex,
): Promise<IndexLease> {
  // A holder of its own: versions share segments, and closing one must not end the lease of the next.
  const of = { knowledgeBaseId, holder: context.ids.uuid(), forMs: LEASE_MS };
  if (snapshot) return leaseSnapshot(context, scope, { ...of, version, content, manifest: snapshot.manifest });
  const lease = await leaseIndex(context, scope, of);
  if (!lease) throw knowledgeBaseNotFound(knowledgeBaseId);
  return lease;
}
