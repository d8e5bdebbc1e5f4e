import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';
import type { SearchedIndex } from '../retrieval/index-search.ts';
import { type Passage, passageOf } from '../retrieval/passage.ts';
import { type RetrieveContext, retrieve } from '../retrieve.ts';
import type { Evaluation, EvaluationQuestion, EvaluationResult, QuestionResult, RetrievedPlace } from './contract.ts';
import { rankPlaces, summarize } from './measure.ts';

export interface ToEvaluate {
  readonly evaluation: Evaluation;
  /** Another state of the index than the present one: what a guarded sync is about to swap in. */
  readonly index?: SearchedIndex;
  /** What of the knowledge base exists for whoever asks. */
  readonly visible?: MetadataFilter | undefined;
  /** What is answered to a question; absent: nothing is answered. */
  readonly answer?: (question: string, signal: AbortSignal) => Promise<QuestionAnswer>;
  readonly report?: (done: number, total: number) => Promise<void>;
}

export type QuestionAnswer = Required<Pick<QuestionResult, 'answered' | 'unsupportedSentences'>>;

/**
 * Asks every question of an evaluation and measures where the expected documents come.
 *
 * @throws LoamError as `retrieve` does; the signal's reason when it fires
 */
export async function evaluate(
  context: RetrieveContext,
  scope: Scope,
  of: ToEvaluate,
  signal: AbortSignal,
): Promise<EvaluationResult> {
  const { questions } = of.evaluation;
  const results: QuestionResult[] = [];
  for (const question of questions) {
    signal.throwIfAborted();
    results.push(await ask(context, scope, of, question, signal));
    await of.report?.(results.length, questions.length);
  }
  return { ...summarize(questions, results), results };
}

async function ask(
  context: RetrieveContext,
  scope: Scope,
  of: ToEvaluate,
  { question, expected }: EvaluationQuestion,
  signal: AbortSignal,
): Promise<QuestionResult> {
  const passages = await find(context, scope, of, question, signal);
  const retrieved = passages.map(placeOf);
  const ranked = expected.length > 0 ? rankPlaces(expected, retrieved) : {};
  const answered = await of.answer?.(question, signal);
  return { question, ...ranked, retrieved, ...answered };
}

async function find(
  context: RetrieveContext,
  scope: Scope,
  { evaluation, index, visible }: ToEvaluate,
  text: string,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const { knowledgeBaseId, results, searchType } = evaluation;
  if (index) {
    const query = { text, mode: searchType, limit: results, ...(visible && { visible }) };
    const { hits } = await context.search.search(scope, index, query, signal);
    return hits.map(passageOf);
  }
  const overrideSearchType = searchType === 'hybrid' ? 'HYBRID' : 'SEMANTIC';
  const configuration = { vectorSearchConfiguration: { numberOfResults: results, overrideSearchType } } as const;
  return (await retrieve(context, scope, { knowledgeBaseId, text, configuration, visible }, signal)).passages;
}

function placeOf({ uri, metadata }: Passage): RetrievedPlace {
  const page = metadata[SYSTEM_METADATA.pageNumber];
  return { uri, ...(typeof page === 'number' && { page }) };
}
