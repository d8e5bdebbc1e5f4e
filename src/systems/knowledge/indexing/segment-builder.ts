import type { Scope } from '../../../core/scope.ts';
import type { BuiltSegment, Chunk, SegmentKey } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { taskFile, type WorkerLimits, type WorkerTask } from '../../../workers/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { selectIndex } from '../tables/indexes.ts';
import { insertSegment, type SegmentState } from '../tables/segments.ts';
import { type Embedding, embeddingOf, embedTexts } from './embedding.ts';
import { storeBytes } from './stored-bytes.ts';

export interface SegmentToBuild {
  readonly chunks: readonly Chunk[];
  readonly embedding: Embedding;
}

/** A segment whose bytes are in the store; nobody knows of it until `keep` has written its row. */
export interface StoredSegment {
  readonly id: string;
  readonly bytesId: string;
  readonly built: Pick<BuiltSegment, 'embedder' | 'statistics'>;
  readonly key: SegmentKey | undefined;
}

export interface SegmentBuilder {
  /** How it makes vectors, or is given them. */
  readonly embedding: Embedding;
  /**
   * @param keyArn the key that the segment is bound to, where it is
   * @returns undefined when there is nothing to build
   */
  build(chunks: readonly Chunk[], keyArn?: string): Promise<StoredSegment | undefined>;
}

const BUILD_SEGMENT: WorkerTask<SegmentToBuild, BuiltSegment> = {
  name: 'Building a segment',
  file: taskFile(import.meta.url, './build-segment.task.ts'),
};
export const SEGMENT_LIMITS: WorkerLimits = { timeoutMs: 600_000, memoryMb: 2_048 };
const ID_LENGTH = 16;

/**
 * Builds segments for the index of a knowledge base.
 *
 * @throws LoamError `resource-not-found` when the knowledge base has no index (it is gone), `resource-conflict` when its
 * model id leads to another embedder than its index was made with
 */
export async function createSegmentBuilder(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, modelId, signal }: { knowledgeBaseId: string; modelId: string; signal: AbortSignal },
): Promise<SegmentBuilder> {
  const index = await selectIndex(context.database, scope, knowledgeBaseId);
  if (!index) throw new Error(`The knowledge base ${knowledgeBaseId} has no index.`);
  const { embedder } = index.manifest;
  const embedding = embeddingOf(context.models, modelId, { id: knowledgeBaseId, embedder });
  return segmentBuilder(context, scope, { knowledgeBaseId, embedding, modelId, signal });
}

/** Builds segments of one embedding, whatever index they are for. */
export function segmentBuilder(
  context: KnowledgeContext,
  scope: Scope,
  {
    knowledgeBaseId,
    embedding,
    modelId,
    signal,
  }: { knowledgeBaseId: string; embedding: Embedding; modelId: string; signal: AbortSignal },
): SegmentBuilder {
  return {
    embedding,
    async build(chunks, keyArn) {
      if (chunks.length === 0) return undefined;
      const ready = embedding.kind === 'tokens' ? chunks : await withVectors(chunks);
      const input = { chunks: ready, embedding };
      const built = await context.workers.run(BUILD_SEGMENT, input, { limits: SEGMENT_LIMITS, signal });
      return storeSegment(context, scope, built, { knowledgeBaseId, keyArn });
    },
  };

  async function withVectors(chunks: readonly Chunk[]): Promise<Chunk[]> {
    const { fingerprint } = embedding;
    const texts = chunks.map(({ title, text }) => (title === undefined ? text : `${title}\n\n${text}`));
    const of = { modelId, texts, purpose: 'document' as const, fingerprint, signal };
    const vectors = await embedTexts(context.models, scope, of);
    return chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] as Float32Array }));
  }
}

/** Writes the bytes of a segment and gives it a name. */
export async function storeSegment(
  context: KnowledgeContext,
  scope: Scope,
  { bytes, embedder, statistics }: BuiltSegment,
  { knowledgeBaseId, keyArn }: { knowledgeBaseId: string; keyArn: string | undefined },
): Promise<StoredSegment> {
  const { bytesId, key } = await storeBytes(context, { scope, knowledgeBaseId }, new Uint8Array(bytes), keyArn);
  return { id: context.ids.id(ID_LENGTH), bytesId, built: { embedder, statistics }, key };
}

/** Makes a stored segment known. */
export async function keepSegment(
  db: Statements,
  scope: Scope,
  segment: StoredSegment,
  of: { knowledgeBaseId: string; owner: string; state: SegmentState; at: Date },
): Promise<void> {
  const { id, bytesId, built, key = null } = segment;
  await insertSegment(db, scope, { id, bytesId, key, ...built, ...of });
}
