import type { FilterExplanation } from '../../../segments/index.ts';
import { leavesOf } from './explain-clauses.ts';
import type { ExplainedClause, Reason } from './explanation.ts';

/** What became of a question, in numbers. */
export interface Outcome {
  readonly requested: number;
  readonly returned: number;
  /** Passages that were found, before children were joined and models cut. */
  readonly hits: number;
  readonly joined: number;
  /** Whether policies hide passages from the caller. */
  readonly narrowed: boolean;
}

/** Why fewer passages came than were asked for. */
export function reasonsOf(
  { chunks, passed }: Pick<FilterExplanation, 'chunks' | 'passed'>,
  clause: ExplainedClause | undefined,
  outcome: Outcome,
): Reason[] {
  const { requested, returned, hits, joined, narrowed } = outcome;
  if (returned >= requested) return [];
  if (chunks === 0) return [nothingVisible(narrowed)];
  if (clause && passed === 0) return [passesNone(clause, chunks)];
  const reasons: Reason[] = [];
  if (hits < requested) reasons.push(clause && passed < chunks ? passesFew(passed, chunks) : few(chunks));
  if (joined < hits) {
    const sentence = `${hits} children were found, and ${joined} different parents take their place.`;
    reasons.push({ code: 'children-joined', sentence });
  }
  if (returned < joined) {
    reasons.push({ code: 'reranked', sentence: `Reranking leaves ${returned} of ${joined} passages.` });
  }
  return reasons;
}

function nothingVisible(narrowed: boolean): Reason {
  const sentence = narrowed
    ? 'The knowledge base holds no passage that the caller’s policies let be seen.'
    : 'The knowledge base holds no passages: no sync has indexed any.';
  return { code: 'nothing-visible', sentence };
}

function passesNone(clause: ExplainedClause, chunks: number): Reason {
  const culprit = leavesOf(clause).find(({ problem }) => problem);
  const because = culprit?.problem?.sentence ?? `No passage passes ${clause.text}.`;
  return { code: 'filter-passes-none', sentence: `None of ${chunks} passages passes the filter. ${because}` };
}

function passesFew(passed: number, chunks: number): Reason {
  return { code: 'filter-passes-few', sentence: `${passed} of ${chunks} passages pass the filter.` };
}

function few(chunks: number): Reason {
  return { code: 'passages-few', sentence: `There are ${chunks} passages.` };
}
