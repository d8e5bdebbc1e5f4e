import type { Scope } from '../../../core/scope.ts';
import { emptyManifest } from '../../../segments/index.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { insertIndex, selectIndex } from '../tables/indexes.ts';
import { selectKnowledgeBase, setKnowledgeBaseStatus } from '../tables/knowledge-bases.ts';
import { insertVectorStore } from '../tables/vector-stores.ts';
import { prepareNamedStore } from '../vector-stores/attach.ts';
import { probeEmbedding } from './embedding.ts';

/**
 * Makes the empty index of a knowledge base and the knowledge base ACTIVE, unless that was done. What its embedder is, the
 * model tells by answering once.
 *
 * @throws LoamError as `models.embed` does; `vector-store-unavailable` or `vector-store-unusable` of the store that is to hold it
 */
export async function ensureIndex(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, modelId, signal }: { knowledgeBaseId: string; modelId: string; signal: AbortSignal },
): Promise<void> {
  if (await selectIndex(context.database, scope, knowledgeBaseId)) return;
  const { fingerprint, dimensions } = await probeEmbedding(context.models, scope, modelId, signal);
  const base = await selectKnowledgeBase(context.database, scope, knowledgeBaseId);
  const store = base && (await prepareNamedStore(context, scope, base, { dimensions, signal }));
  await context.database.transaction(async (transaction) => {
    const manifest = emptyManifest({ fingerprint, dimensions });
    await insertIndex(transaction, scope, { knowledgeBaseId, manifest });
    if (store !== undefined) await insertVectorStore(transaction, scope, { knowledgeBaseId, store, answers: true });
    const change = { id: knowledgeBaseId, status: 'ACTIVE' as const, failureReasons: [], at: now(context) };
    await setKnowledgeBaseStatus(transaction, scope, change);
  });
}
