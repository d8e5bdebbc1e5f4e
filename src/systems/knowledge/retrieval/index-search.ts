import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { FilterExplanation, Manifest, SearchQuery, SearchResult } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { embedTexts } from '../indexing/embedding.ts';
import { LEASE_MS, type OpenIndex } from './open-in-thread.ts';
import { OpenIndexes } from './open-indexes.ts';
import type { ExplainQuery, ThreadQuery } from './search-protocol.ts';
import { createSearchThreads } from './search-threads.ts';

/** Which index is asked. */
export interface SearchedIndex {
  readonly knowledgeBaseId: string;
  /** Of its manifest and of what it holds, as they were when the question came. */
  readonly version: number;
  readonly content: number;
  /** The embedding model that the knowledge base names. */
  readonly modelId: string;
  /** Whether a vector store outside answers; absent where nobody has looked yet. */
  readonly inStore?: boolean;
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
  /** What each clause of a filter lets pass, and which metadata there is, of what is visible. */
  explain(scope: Scope, index: SearchedIndex, query: ExplainQuery, signal: AbortSignal): Promise<FilterExplanation>;
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
    search: (scope, index, query, signal) => onceMore(() => searchOnce(scope, index, query, signal), signal),
    explain: (scope, index, query, signal) =>
      onceMore(async () => {
        const { thread, name } = await indexes.get(scope, index);
        return thread.explain(name, query, signal);
      }, signal),
    isOpen: (scope, knowledgeBaseId) => indexes.isOpen(scope, knowledgeBaseId),
    open: async (scope, index) => void (await indexes.get(scope, index)),
    async close() {
      clearInterval(maintain);
      await indexes.closeAll();
    },
  };
}

/** The thread ended, or the index was closed for memory right now: once more from the start. */
async function onceMore<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isLoamError(error, 'work-failed') || signal.aborted) throw error;
    return work();
  }
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
