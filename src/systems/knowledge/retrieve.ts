import type {
  KnowledgeBaseQuery,
  KnowledgeBaseRetrievalConfiguration,
  KnowledgeBaseVectorSearchConfiguration,
  SearchType,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { MetadataFilter, SearchMode, SearchResult } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import type { KnowledgeContext } from './context.ts';
import { embeddingModelOf } from './knowledge-base-configuration.ts';
import { knowledgeBaseNotFound } from './knowledge-bases.ts';
import { refuse, refuseFields } from './refusal.ts';
import { readFilter } from './retrieval/filter.ts';
import type { IndexQuery, IndexSearch, SearchedIndex } from './retrieval/index-search.ts';
import { passagesOf } from './retrieval/parents.ts';
import type { Passage } from './retrieval/passage.ts';
import { selectIndexState } from './tables/indexes.ts';

export interface RetrieveContext extends KnowledgeContext {
  readonly search: IndexSearch;
}

export interface RetrieveRequest {
  readonly knowledgeBaseId: string;
  readonly text: string;
  readonly configuration?: Received<KnowledgeBaseRetrievalConfiguration> | undefined;
  /** What of the knowledge base exists for the caller: `call.visible`. */
  readonly visible?: MetadataFilter | undefined;
  /** Retrieves as the index stood then; absent: as it is. */
  readonly asOf?: Date | undefined;
}

export interface Retrieved {
  /** Best first. */
  readonly passages: readonly Passage[];
  /** How many passages there are, and how many of them passed the filter. */
  readonly searched: Pick<SearchResult, 'chunks' | 'passed'>;
}

const DEFAULT_RESULTS = 5;
const VECTOR = 'retrievalConfiguration.vectorSearchConfiguration';
const MODES: Readonly<Record<SearchType, SearchMode>> = { HYBRID: 'hybrid', SEMANTIC: 'semantic' };

/**
 * Finds the passages of a knowledge base that are closest to a text: filter first, then exact, without a score cut-off.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict` (not ready, or indexed by another embedder), `parameter-invalid`
 */
export async function retrieve(
  context: RetrieveContext,
  scope: Scope,
  request: RetrieveRequest,
  signal: AbortSignal,
): Promise<Retrieved> {
  const { text, knowledgeBaseId } = request;
  const search = readConfiguration(request.configuration);
  const index = await currentIndex(context, scope, knowledgeBaseId);
  const query = { text, ...search, ...(request.visible && { visible: request.visible }) };
  const { hits, chunks, passed } = await context.search.search(scope, index, query, signal);
  return { passages: passagesOf(hits), searched: { chunks, passed } };
}

async function currentIndex(context: RetrieveContext, scope: Scope, knowledgeBaseId: string): Promise<SearchedIndex> {
  const state = await selectIndexState(context.database, scope, knowledgeBaseId);
  if (!state || state.status === 'DELETING') throw knowledgeBaseNotFound(knowledgeBaseId);
  const { version, content, configuration, status } = state;
  if (version === null || content === null) {
    const problem = status === 'FAILED' ? 'could not be created' : 'is not ACTIVE yet';
    throw new LoamError('resource-conflict', { type: 'knowledge base', id: knowledgeBaseId, problem });
  }
  return { knowledgeBaseId, version, content, modelId: embeddingModelOf(configuration) };
}

/** After a swap: has an index that is being asked open again before the next question comes. */
export async function reopenIndex(context: RetrieveContext, scope: Scope, knowledgeBaseId: string): Promise<void> {
  if (!context.search.isOpen(scope, knowledgeBaseId)) return;
  try {
    await context.search.open(scope, await currentIndex(context, scope, knowledgeBaseId));
  } catch (error) {
    context.log.warn({ knowledgeBaseId, error: String(error) }, 'An index was not opened again after a swap');
  }
}

/** The text of a query of the wire. @throws LoamError `parameter-invalid` for an image, or nothing at all */
export function queryText(query: Received<KnowledgeBaseQuery>): string {
  refuseFields('retrievalQuery', query, ['image']);
  if (query.type === 'IMAGE') refuse('retrievalQuery.type', 'IMAGE is not supported yet', 'TEXT');
  const text = query.text ?? '';
  return text.trim() === '' ? refuse('retrievalQuery.text', 'is empty', '1 to 20000 characters') : text;
}

function readConfiguration(configuration: RetrieveRequest['configuration']): Omit<IndexQuery, 'text'> {
  refuseFields('retrievalConfiguration', configuration, ['managedSearchConfiguration']);
  const vector: Received<KnowledgeBaseVectorSearchConfiguration> = configuration?.vectorSearchConfiguration ?? {};
  refuseFields(VECTOR, vector, ['rerankingConfiguration', 'implicitFilterConfiguration']);
  const { overrideSearchType = 'HYBRID', numberOfResults = DEFAULT_RESULTS, filter } = vector;
  return {
    mode: MODES[overrideSearchType],
    limit: numberOfResults,
    ...(filter !== undefined && { filter: readFilter(filter, `${VECTOR}.filter`) }),
  };
}
