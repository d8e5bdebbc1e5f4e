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
  /** Of the knowledge base that was asked. */
  readonly index?: RecordedIndex;
}

/** Finds what an answer may be taken from, for each query. @throws LoamError as `retrieve` and `searchExternal` do */
export async function findPassages(
  context: AnswerContext,
  scope: Scope,
  { source, queries }: { source: AnswerSource; queries: readonly string[] },
  signal: AbortSignal,
): Promise<FoundPassages> {
  if (source.type === 'external') {
    const found = await searchExternal(context, scope, { source: source.source, queries }, signal);
    return { passages: mergePassages(found) };
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
  return { passages: mergePassages(found.map(({ passages }) => passages)), ...(index && { index }) };
}
