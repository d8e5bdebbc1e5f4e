import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Manifest, SearchQuery, SearchResult } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { embedTexts } from '../indexing/embedding.ts';
import { LEASE_MS, type OpenIndex } from './open-in-thread.ts';
import { OpenIndexes } from './open-indexes.ts';
import type { ThreadQuery } from './search-protocol.ts';
import { createSearchThreads } from './search-threads.ts';

/** Which index is asked. */
export interface SearchedIndex {
  readonly knowledgeBaseId: string;
  /** Of its manifest and of what it holds, as they were when the question came. */
  readonly version: number;
  readonly content: number;
  /** The embedding model that the knowledge base names. */
  readonly modelId: string;
  /**
   * Another state of the index than the present one: an earlier one, or one that is about to be swapped in. The name tells
   * states apart; whoever asks sees to it that the segments stay while he does.
   */
  readonly snapshot?: { readonly name: string; readonly manifest: Manifest };
}

export type IndexQuery = Pick<SearchQuery, 'text' | 'mode' | 'limit' | 'filter' | 'visible'>;

/** Searches the indexes of knowledge bases: opens them when they are first asked, keeps them open while they are. */
export interface IndexSearch {
  search(scope: Scope, index: SearchedIndex, query: IndexQuery, signal: AbortSignal): Promise<SearchResult>;
  isOpen(scope: Scope, knowledgeBaseId: string): boolean;
  /** Opens an index before somebody asks. */
  open(scope: Scope, index: SearchedIndex): Promise<void>;
  close(): Promise<void>;
}

export interface IndexSearchOptions {
  /** What open indexes may take; the one in use always may. */
  readonly memoryMb: number;
  /** After this time without a question an index is closed. */
  readonly idleMs: number;
}

const MAINTAIN_MS = LEASE_MS / 5;

export function createIndexSearch(context: KnowledgeContext, options: IndexSearchOptions): IndexSearch {
  const threads = createSearchThreads(context.log, (thread) => indexes.forget(thread));
  const indexes = new OpenIndexes(context, threads, {
    memoryBytes: options.memoryMb * 2 ** 20,
    idleMs: options.idleMs,
  });
  const maintain = setInterval(() => {
    indexes.maintain().catch((error: unknown) => context.log.warn({ error: String(error) }, 'Leases were not renewed'));
  }, MAINTAIN_MS).unref();

  const searchOnce = async (
    scope: Scope,
    index: SearchedIndex,
    query: IndexQuery,
    signal: AbortSignal,
  ): Promise<SearchResult> => {
    const open = await indexes.get(scope, index);
    return open.thread.search(open.name, await withVector(context, scope, { index, open, query, signal }), signal);
  };

  return {
    async search(scope, index, query, signal) {
      try {
        return await searchOnce(scope, index, query, signal);
      } catch (error) {
        // The thread ended, or the index was closed for memory right now: once more from the start.
        if (!isLoamError(error, 'work-failed') || signal.aborted) throw error;
        return searchOnce(scope, index, query, signal);
      }
    },
    isOpen: (scope, knowledgeBaseId) => indexes.isOpen(scope, knowledgeBaseId),
    open: async (scope, index) => void (await indexes.get(scope, index)),
    async close() {
      clearInterval(maintain);
      await indexes.closeAll();
    },
  };
}

/** An index of outside vectors is asked with one. */
async function withVector(
  { models }: KnowledgeContext,
  scope: Scope,
  { index, open, query, signal }: { index: SearchedIndex; open: OpenIndex; query: IndexQuery; signal: AbortSignal },
): Promise<ThreadQuery> {
  const { kind, fingerprint } = open.embedding;
  if (kind === 'tokens' || query.mode === 'lexical') return query;
  const of = { modelId: index.modelId, texts: [query.text], purpose: 'query' as const, fingerprint, signal };
  const [vector] = await embedTexts(models, scope, of);
  return { ...query, vector: vector as Float32Array };
}
