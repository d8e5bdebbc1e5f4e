import type { Scope } from '../../../core/scope.ts';
import { searchExternal } from '../external-sources.ts';
import type { RecordedIndex } from '../retrieval/index-state.ts';
import type { Passage } from '../retrieval/passage.ts';
import { type Retrieved, retrieve } from '../retrieve.ts';
import type { AnswerContext, AnswerSource } from './contract.ts';
import { mergePassages } from './merge-passages.ts';

export interface FoundPassages {
  /** Best first; what several queries found is merged. */
  readonly passages: readonly Passage[];
  /** Further ones that the question was found in, where they were asked for: never quoted, evidence of what is told at all. */
  readonly background: readonly Passage[];
  /** Of the knowledge base that was asked. */
  readonly index?: RecordedIndex;
}

const BACKGROUND = 30;
/** Passages of a document that a question brings along. */
const MOST_EXTERNAL = 8;

type KnowledgeBaseSource = Extract<AnswerSource, { type: 'knowledge-base' }>;

/** Finds what an answer may be taken from, for each query. @throws LoamError as `retrieve` and `searchExternal` do */
export async function findPassages(
  context: AnswerContext,
  scope: Scope,
  { source, queries, withBackground }: { source: AnswerSource; queries: readonly string[]; withBackground: boolean },
  signal: AbortSignal,
): Promise<FoundPassages> {
  if (source.type === 'external') {
    const found = await searchExternal(context, scope, { source: source.source, queries }, signal);
    const quotable = mergePassages(found.map((passages) => passages.slice(0, MOST_EXTERNAL)));
    return { passages: quotable, background: withBackground ? without(mergePassages(found), quotable) : [] };
  }
  const { type: _, retrieval: configuration, recorded, ...of } = source;
  const found: Retrieved[] = [];
  for (const text of queries) {
    // All queries of a question are asked of one state, whatever a sync swaps in between.
    const state = found[0]?.index ?? recorded;
    const request = { ...of, text, configuration, ...(state && { recorded: state }) };
    found.push(await retrieve(context, scope, request, signal));
  }
  const index = found[0]?.index;
  const passages = mergePassages(found.map((one) => one.passages));
  const more = withBackground ? await searchBackground(context, scope, { source, queries, index }, signal) : [];
  return { passages, background: without(more, passages), ...(index && { index }) };
}

async function searchBackground(
  context: AnswerContext,
  scope: Scope,
  {
    source,
    queries,
    index,
  }: { source: KnowledgeBaseSource; queries: readonly string[]; index: RecordedIndex | undefined },
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const { knowledgeBaseId, visible, retrieval } = source;
  const { filter, overrideSearchType } = retrieval?.vectorSearchConfiguration ?? {};
  const vectorSearchConfiguration = {
    numberOfResults: BACKGROUND,
    ...(filter !== undefined && { filter }),
    ...(overrideSearchType !== undefined && { overrideSearchType }),
  };
  const configuration = { vectorSearchConfiguration };
  const state = index ? { recorded: index } : {};
  const asked = queries.map((text) =>
    retrieve(context, scope, { knowledgeBaseId, text, configuration, visible, ...state }, signal),
  );
  return mergePassages((await Promise.all(asked)).map(({ passages }) => passages));
}

function without(all: readonly Passage[], some: readonly Passage[]): readonly Passage[] {
  const left = new Set(some.map(({ id }) => id));
  return all.filter(({ id }) => !left.has(id));
}
