import {
  type CorpusStatistics,
  type LegScores,
  matchesFilter,
  type SearchMode,
  type SearchQuery,
  type SearchResult,
} from '../../../segments/index.ts';
import type { Embedding } from '../indexing/embedding.ts';
import type { FoundChunk, StoreCapabilities, StoreView, VectorStore, WeighedTerm } from './contract.ts';
import { requireOperators } from './operators.ts';
import type { RankingThread } from './ranking/ranking-thread.ts';

/** How many of each leg are compared with each other, as in the embedded index. */
const BEST = 1_000;
/** How many of each leg are fetched and ranked; at least four times what is asked for. */
const FETCHED = 200;
const FEEDBACK = 10;

/** A store to be searched, and what ranks its finds. */
export interface SearchedStore {
  readonly store: VectorStore;
  readonly capabilities: StoreCapabilities;
  readonly ranking: RankingThread;
  readonly embedding: Embedding;
  readonly sequence: number;
}

export type StoreQuery = Pick<SearchQuery, 'text' | 'mode' | 'limit' | 'filter' | 'visible' | 'vector'>;

/**
 * Searches a store as the embedded index is searched: filters first, then the best by words and by vectors, then ranked by
 * every signal, with the statistics of what is visible. Differs where a chunk that is among the best of neither leg would
 * have come out first.
 *
 * @throws LoamError `parameter-invalid` for a filter that the store does not evaluate
 */
export async function searchStore(
  searched: SearchedStore,
  query: StoreQuery,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { store, capabilities, ranking, embedding, sequence } = searched;
  requireOperators(capabilities, [query.visible, query.filter]);
  const mode: SearchMode = capabilities.words ? query.mode : 'semantic';
  const view: StoreView = { sequence, visible: query.visible, filter: query.filter };
  const terms = await ranking.ask({ kind: 'terms', embedding, text: query.text }, signal);
  const statistics = await store.statistics(view, terms, signal);
  const given = query.vector && { given: query.vector };
  const question = await ranking.ask({ kind: 'question', embedding, text: query.text, statistics, ...given }, signal);
  const weighed = terms.map((text, place) => ({ text, weight: question.weights[place] ?? 0 }));
  const legs = await findLegs(searched, view, { mode, weighed, vector: question.vector, statistics }, signal);
  const found = await fetchBest(searched, view, { legs, limit: query.limit }, signal);
  const best = found.toSorted((a, b) => place(legs.body, a) - place(legs.body, b)).slice(0, FEEDBACK);
  const known = await withSuggested(searched, view, { mode, statistics, best, legs }, signal);
  const request = {
    ...{ text: query.text, mode, limit: query.limit, statistics: known },
    ...(query.vector && mode !== 'lexical' && { vector: query.vector }),
    chunks: found.map(({ chunk }) => chunk),
    legs: byChunk(legs, found),
  };
  const { hits } = await ranking.ask({ kind: 'rank', embedding, request }, signal);
  return { hits, chunks: statistics.chunks, passed: statistics.passed };
}

interface Legs {
  readonly body?: LegScores;
  readonly chunk?: LegScores;
}

async function findLegs(
  { store }: SearchedStore,
  view: StoreView,
  of: { mode: SearchMode; weighed: readonly WeighedTerm[]; vector: Float32Array; statistics: CorpusStatistics },
  signal: AbortSignal,
): Promise<Legs> {
  const { mode, vector, statistics } = of;
  const terms = of.weighed.filter(({ text }) => (statistics.frequencies[text]?.body ?? 0) > 0);
  const words = { terms, averageLength: statistics.averages.body, limit: BEST };
  const [body, chunk] = await Promise.all([
    mode === 'semantic' ? undefined : store.matching(view, words, signal),
    mode === 'lexical' ? undefined : store.nearest(view, { vector, limit: BEST }, signal),
  ]);
  return { ...(body && { body }), ...(chunk && { chunk }) };
}

/** The chunks of both legs' best. What does not pass the filters after all, by a fault of the store, is left out. */
async function fetchBest(
  { store }: SearchedStore,
  { visible, filter }: StoreView,
  { legs, limit }: { legs: Legs; limit: number },
  signal: AbortSignal,
): Promise<FoundChunk[]> {
  const fetched = Math.max(FETCHED, limit * 4);
  const keys = new Set([legs.body, legs.chunk].flatMap((leg) => leg?.ids.slice(0, fetched) ?? []));
  const found = keys.size === 0 ? [] : await store.read([...keys], signal);
  return found.filter(({ chunk }) =>
    [visible, filter].every((one) => one === undefined || matchesFilter(one, chunk.metadata)),
  );
}

/** The statistics with those of the terms that the best by words suggest. */
async function withSuggested(
  { store, ranking, embedding }: SearchedStore,
  { filter: _, ...view }: StoreView,
  of: { mode: SearchMode; statistics: CorpusStatistics; best: readonly FoundChunk[]; legs: Legs },
  signal: AbortSignal,
): Promise<CorpusStatistics> {
  const { statistics, best, legs, mode } = of;
  if (mode === 'semantic' || best.length === 0) return statistics;
  const scores = best.map((one) => legs.body?.scores[place(legs.body, one)] ?? 0);
  const chunks = best.map(({ chunk }) => chunk);
  const suggested = await ranking.ask({ kind: 'suggest', embedding, chunks, scores }, signal);
  const more = await store.statistics(view, suggested, signal);
  return { ...statistics, frequencies: { ...more.frequencies, ...statistics.frequencies } };
}

function place(leg: LegScores | undefined, { key }: FoundChunk): number {
  const at = leg?.ids.indexOf(key) ?? -1;
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

/** Legs that name chunks by their ids where these were fetched. */
function byChunk(legs: Legs, found: readonly FoundChunk[]): Legs {
  const ids = new Map(found.map(({ key, chunk }) => [key, chunk.id]));
  const named = (leg: LegScores): LegScores => ({ ...leg, ids: leg.ids.map((key) => ids.get(key) ?? key) });
  return { ...(legs.body && { body: named(legs.body) }), ...(legs.chunk && { chunk: named(legs.chunk) }) };
}
