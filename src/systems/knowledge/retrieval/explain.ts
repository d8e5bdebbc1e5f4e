import type { Scope } from '../../../core/scope.ts';
import type { Hit, ScoreParts, Signal } from '../../../segments/index.ts';
import { filterText } from '../../../segments/index.ts';
import type { RetrieveContext, Retrieved, RetrieveRequest } from '../retrieve.ts';
import { EMBEDDED, placementOf } from '../vector-stores/placement.ts';
import { explainClause } from './explain-clauses.ts';
import type { ExplainedResult, RetrieveExplanation } from './explanation.ts';
import type { SearchedIndex } from './index-search.ts';
import { passageOf } from './passage.ts';
import { reasonsOf } from './reasons.ts';

/** Says why a retrieval gave what it gave: from what exists for the caller, and nothing else. */
export async function explainRetrieved(
  context: RetrieveContext,
  scope: Scope,
  { visible }: Pick<RetrieveRequest, 'visible'>,
  retrieved: Retrieved,
  signal: AbortSignal,
): Promise<RetrieveExplanation> {
  const { course, index, passages } = retrieved;
  const { filter, implicit, hits, joined, configuration } = course;
  const of = { ...(filter && { filter }), ...(visible && { visible }) };
  const counted = await context.search.explain(scope, course.index, of, signal);
  const clause = counted.clause && explainClause(counted.clause, counted.keys);
  const outcome = { requested: configuration.results, returned: passages.length, hits: hits.length, joined };
  return {
    index,
    store: await storeOf(context, scope, course.index),
    chunks: counted.chunks,
    passed: counted.passed,
    requested: outcome.requested,
    returned: outcome.returned,
    reasons: reasonsOf(counted, clause, { ...outcome, narrowed: visible !== undefined }),
    ...(clause && { clause }),
    ...(implicit && { implicitFilter: 'filter' in implicit ? filterText(implicit.filter) : implicit.none }),
    keys: counted.keys,
    results: hits.map(explainHit),
  };
}

async function storeOf(
  context: RetrieveContext,
  scope: Scope,
  { knowledgeBaseId, snapshot }: SearchedIndex,
): Promise<RetrieveExplanation['store']> {
  if (snapshot) return { type: EMBEDDED, reason: 'The embedded index answers for every state but the present one.' };
  const { type, reason } = await placementOf(context, scope, knowledgeBaseId);
  return { type, reason };
}

const LEXICAL: readonly Signal[] = ['body', 'title', 'proximity', 'expansion'];
const VECTOR: readonly Signal[] = ['chunk', 'window', 'feedback'];

function explainHit(hit: Hit, place: number): ExplainedResult {
  const { id, uri, text, score } = passageOf(hit);
  const [lexical, vector] = [sumOf(hit.parts, LEXICAL), sumOf(hit.parts, VECTOR)];
  return {
    ...{ rank: place + 1, chunkId: id, uri, text, score },
    ...{ lexical, vector, fused: lexical + vector, parts: hit.parts },
  };
}

function sumOf(parts: ScoreParts, signals: readonly Signal[]): number {
  return signals.reduce((sum, signal) => sum + (parts[signal] ?? 0), 0);
}
