import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { type Embedding, embeddingOf } from '../indexing/embedding.ts';
import { type IndexLease, leaseIndex } from '../indexing/leases.ts';
import { segmentFile } from '../indexing/segment-files.ts';
import { knowledgeBaseNotFound } from '../knowledge-bases.ts';
import type { SearchedIndex } from './index-search.ts';
import type { SearchThread } from './search-thread.ts';

/** An index that is open in the search thread. */
export interface OpenIndex {
  /** Of the search thread. */
  readonly name: string;
  readonly lease: IndexLease;
  readonly embedding: Embedding;
  readonly memoryBytes: number;
}

export const LEASE_MS = 300_000;

/** Leases the segments of an index and has the search thread open them. */
export async function openInThread(
  context: KnowledgeContext,
  thread: SearchThread,
  scope: Scope,
  { knowledgeBaseId, modelId }: SearchedIndex,
  holder: string,
): Promise<OpenIndex> {
  const lease = await leaseIndex(context, scope, { knowledgeBaseId, holder, forMs: LEASE_MS });
  if (!lease) throw knowledgeBaseNotFound(knowledgeBaseId);
  try {
    const { manifest } = lease;
    const embedding = embeddingOf(context.models, modelId, { id: knowledgeBaseId, embedder: manifest.embedder });
    const signal = AbortSignal.timeout(LEASE_MS);
    const files = manifest.segments.map(async ({ id, bytesId, statistics }) => {
      return { id, file: await segmentFile(context.store, { bytesId, size: statistics.bytes }, signal) };
    });
    const name = context.ids.uuid();
    const { memoryBytes } = await thread.open({ name, manifest, files: await Promise.all(files), embedding });
    return { name, lease, embedding, memoryBytes };
  } catch (error) {
    await lease.release();
    throw error;
  }
}
