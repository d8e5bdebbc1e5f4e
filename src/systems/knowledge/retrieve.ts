import type { KnowledgeBaseQuery, KnowledgeBaseRetrievalConfiguration } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Scope } from '../../core/scope.ts';
import { type Hit, type MetadataFilter, type SearchResult, STABLE_LIMIT } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import type { KnowledgeContext } from './context.ts';
import { refuse, refuseFields } from './refusal.ts';
import { type ImplicitFilter, implicitFilter } from './retrieval/implicit-filter.ts';
import type { IndexSearch, SearchedIndex } from './retrieval/index-search.ts';
import { type AskedState, findIndex, type RecordedIndex } from './retrieval/index-state.ts';
import { passagesOf } from './retrieval/parents.ts';
import type { Passage } from './retrieval/passage.ts';
import { rerankPassages } from './retrieval/rerank-passages.ts';
import { readSearchConfiguration, type SearchConfiguration } from './retrieval/search-configuration.ts';

export interface RetrieveContext extends KnowledgeContext {
  readonly search: IndexSearch;
}

/** The state of the index that is asked: the present one, unless `asOf` or `recorded` says which. */
export interface RetrieveRequest extends AskedState {
  readonly knowledgeBaseId: string;
  readonly text: string;
  readonly configuration?: Received<KnowledgeBaseRetrievalConfiguration> | undefined;
  /** What of the knowledge base exists for the caller: `call.visible`. */
  readonly visible?: MetadataFilter | undefined;
  /** How many hits of the ranking earlier pages have told; 0 without. */
  readonly after?: number | undefined;
}

export interface Retrieved {
  /** Best first. */
  readonly passages: readonly Passage[];
  /** How many passages there are, and how many of them passed the filter. */
  readonly searched: Pick<SearchResult, 'chunks' | 'passed'>;
  /** The state of the index that was asked: to be recorded with what is made of the passages. */
  readonly index: RecordedIndex;
  /** Where the next page begins (`after`); absent when the ranking ends here. */
  readonly next?: number;
  /** How it came about, for whoever asks why. */
  readonly course: RetrieveCourse;
}

/** What was done to find passages. */
export interface RetrieveCourse {
  readonly index: SearchedIndex;
  readonly configuration: SearchConfiguration;
  /** The caller's own filter and the implicit one. */
  readonly filter?: MetadataFilter;
  readonly implicit?: ImplicitFilter;
  readonly hits: readonly Hit[];
  /** How many passages the hits became. */
  readonly joined: number;
}

/**
 * Finds the passages of a knowledge base that are closest to a text: filter first, then exact, without a score cut-off.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict` (not ready, or indexed by another embedder), `parameter-invalid`,
 * `index-state-gone`
 */
export async function retrieve(
  context: RetrieveContext,
  scope: Scope,
  request: RetrieveRequest,
  signal: AbortSignal,
): Promise<Retrieved> {
  const { text, knowledgeBaseId, visible, after = 0 } = request;
  const configuration = readSearchConfiguration(request.configuration);
  const index = await findIndex(context, scope, knowledgeBaseId, request);
  const implicit = await implicitFilterOf(context, scope, { text, configuration, signal });
  const filter = narrowed(configuration.filter, implicit);
  const limit = Math.min(after + configuration.results, STABLE_LIMIT);
  const query = { text, mode: configuration.mode, limit, ...(filter && { filter }), ...(visible && { visible }) };
  const found = await context.search.search(scope, index, query, signal);
  const page = pageOf(found.hits, after);
  const { reranking } = configuration;
  const passages = reranking
    ? await rerankPassages(context.models, scope, { text, passages: page, configuration: reranking, signal })
    : page;
  const hasMore = found.hits.length === limit && limit < Math.min(found.passed, STABLE_LIMIT);
  return {
    passages,
    searched: { chunks: found.chunks, passed: found.passed },
    index: recordOf(context, index),
    ...(hasMore && { next: limit }),
    course: {
      ...{ index, configuration, hits: found.hits.slice(after), joined: page.length },
      ...(filter && { filter }),
      ...(implicit && { implicit }),
    },
  };
}

/** The state of an index as it is now, to be recorded. @throws LoamError as `retrieve` does */
export async function describeIndex(
  context: RetrieveContext,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<RecordedIndex> {
  return recordOf(context, await findIndex(context, scope, knowledgeBaseId, {}));
}

/** The index is asked by the embedder of its model: another one would have been refused. */
function recordOf({ models }: RetrieveContext, { version, content, modelId, snapshot }: SearchedIndex): RecordedIndex {
  const embedder = snapshot?.manifest.embedder.fingerprint ?? models.resolve(modelId).fingerprint ?? '';
  return { version, content, embedder };
}

/** A parent that an earlier page has told through another child is not told again. */
function pageOf(hits: readonly Hit[], after: number): readonly Passage[] {
  const passages = passagesOf(hits);
  return after === 0 ? passages : passages.slice(passagesOf(hits.slice(0, after)).length);
}

async function implicitFilterOf(
  { models, ids }: RetrieveContext,
  scope: Scope,
  { text, configuration, signal }: { text: string; configuration: SearchConfiguration; signal: AbortSignal },
): Promise<ImplicitFilter | undefined> {
  const { implicitFilter: asked } = configuration;
  return asked && implicitFilter(models, scope, { text, configuration: asked, nonce: ids.uuid(), signal });
}

/** An implicit filter only narrows. */
function narrowed(
  explicit: MetadataFilter | undefined,
  implicit: ImplicitFilter | undefined,
): MetadataFilter | undefined {
  if (!implicit || !('filter' in implicit)) return explicit;
  return explicit ? { operator: 'andAll', filters: [explicit, implicit.filter] } : implicit.filter;
}

/** After a swap: has an index that is being asked open again before the next question comes. */
export async function reopenIndex(context: RetrieveContext, scope: Scope, knowledgeBaseId: string): Promise<void> {
  if (!context.search.isOpen(scope, knowledgeBaseId)) return;
  try {
    await context.search.open(scope, await findIndex(context, scope, knowledgeBaseId, {}));
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
