import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import type { KnowledgeBaseRow } from '../tables/knowledge-bases.ts';
import { deleteVectorStore, selectVectorStores } from '../tables/vector-stores.ts';

type Kept = Pick<KnowledgeBaseRow, 'id' | 'storage'>;

/**
 * The store that a new knowledge base is to be kept in: the one that its storage configuration names, where configuration
 * maps it. Checks it, and makes what is missing there.
 *
 * @throws LoamError `vector-store-unavailable`, `vector-store-unusable`, `parameter-invalid`
 */
export async function prepareNamedStore(
  { vectorStores }: KnowledgeContext,
  scope: Scope,
  { id: knowledgeBaseId, storage }: Kept,
  { dimensions, signal }: { dimensions: number; signal: AbortSignal },
): Promise<string | undefined> {
  const store = vectorStores?.named(storage);
  if (!vectorStores || store === undefined) return undefined;
  const opened = await vectorStores.open(scope, { knowledgeBaseId, store, storage, dimensions });
  await opened.store.prepare(signal);
  return store;
}

/** Removes a deleted knowledge base from every store that holds it. One that cannot be reached keeps what it has: the log tells. */
export async function detachStores(
  context: KnowledgeContext,
  scope: Scope,
  { id: knowledgeBaseId, storage }: Kept,
  signal: AbortSignal,
): Promise<void> {
  for (const { store, manifest } of await selectVectorStores(context.database, scope, knowledgeBaseId)) {
    try {
      const dimensions = manifest?.embedder.dimensions ?? 0;
      const opened = await context.vectorStores?.open(scope, { knowledgeBaseId, store, storage, dimensions });
      await opened?.store.remove(signal);
    } catch (error) {
      signal.throwIfAborted();
      context.log.error({ knowledgeBaseId, store, error: String(error) }, 'A vector store keeps what was deleted');
    }
    await deleteVectorStore(context.database, scope, { knowledgeBaseId, store });
  }
}
