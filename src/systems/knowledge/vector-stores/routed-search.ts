import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { SearchResult } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { embeddingOf, embedTexts } from '../indexing/embedding.ts';
import type { IndexQuery, IndexSearch, SearchedIndex } from '../retrieval/index-search.ts';
import { type AnsweringStore, selectAnsweringStore } from '../tables/vector-stores.ts';
import { searchStore } from './search-store.ts';
import type { VectorStores } from './stores.ts';

/**
 * Searches a knowledge base where it is kept: in the vector store that answers for it, else in the embedded index. The
 * embedded index also answers while the store is behind what was committed last, when it cannot be reached, and for any
 * other state than the present one.
 */
export function routeSearch(context: KnowledgeContext, stores: VectorStores, embedded: IndexSearch): IndexSearch {
  return {
    ...embedded,
    async search(scope, index, query, signal) {
      const row = await upToDate(context, scope, index);
      if (!row) return embedded.search(scope, index, query, signal);
      try {
        return await searchIn(context, stores, scope, { index, row, query }, signal);
      } catch (error) {
        if (!isLoamError(error, 'vector-store-unavailable') || signal.aborted) throw error;
        context.log.warn({ store: row.store, error: error.message }, 'The embedded index answers for a vector store');
        return embedded.search(scope, index, query, signal);
      }
    },
  };
}

/** The store that answers, if it holds what the index holds. */
async function upToDate(
  { database }: KnowledgeContext,
  scope: Scope,
  { snapshot, knowledgeBaseId, content, inStore }: SearchedIndex,
): Promise<AnsweringStore | undefined> {
  if (snapshot || inStore === false) return undefined;
  const row = await selectAnsweringStore(database, scope, knowledgeBaseId);
  return row && row.sequence > 0 && row.content >= content ? row : undefined;
}

async function searchIn(
  context: KnowledgeContext,
  stores: VectorStores,
  scope: Scope,
  { index, row, query }: { index: SearchedIndex; row: AnsweringStore; query: IndexQuery },
  signal: AbortSignal,
): Promise<SearchResult> {
  const { knowledgeBaseId, modelId } = index;
  const { store: name, storage, embedder, sequence } = row;
  if (!embedder) throw new Error(`The vector store ${name} answers and was never filled.`);
  const embedding = embeddingOf(context.models, modelId, { id: knowledgeBaseId, embedder });
  const { dimensions, fingerprint } = embedder;
  const { store, plugin } = await stores.open(scope, { knowledgeBaseId, store: name, storage, dimensions });
  const searched = { store, capabilities: plugin.capabilities, ranking: stores.ranking, embedding, sequence };
  if (embedding.kind === 'tokens') return searchStore(searched, query, signal);
  const of = { modelId, texts: [query.text], purpose: 'query' as const, fingerprint, signal };
  const [vector] = await embedTexts(context.models, scope, of);
  return searchStore(searched, { ...query, ...(vector && { vector }) }, signal);
}
