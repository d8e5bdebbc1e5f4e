import type { ScoreParts, SearchMode } from './contract.ts';
import type { Corpus } from './corpus.ts';
import { scoreField } from './field-scores.ts';
import { partOf, type Spread, spreadOf } from './fuse.ts';
import { compareIds, type LoadedIndex } from './loaded-index.ts';
import { rank, type Scored } from './rank.ts';
import type { ReadQuery } from './read-query.ts';
import { selectBest } from './select-best.ts';
import { scoreVectors } from './vector-scores.ts';

/** How many of each leg, and then of both together, stage two looks at. */
const BEST = 1_000;

/** What passed, with the scores that stage one gave it; a leg that the mode leaves out is absent. */
export interface StageOne {
  readonly query: ReadQuery;
  readonly corpus: Corpus;
  readonly lexical?: LexicalLeg;
  readonly semantic?: SemanticLeg;
}

export interface LexicalLeg {
  readonly body: Float64Array;
  readonly title: Float64Array;
  readonly spread: Spread;
  /** Slots of highest body score, best first; none that scored nothing. */
  readonly best: Uint32Array;
}

export interface SemanticLeg {
  readonly vector: Float64Array;
  readonly chunk: Float64Array;
  readonly spread: Spread;
  readonly best: Uint32Array;
}

export function runStageOne(
  index: LoadedIndex,
  corpus: Corpus,
  query: ReadQuery,
  { passing, slots, mode }: { passing: Uint8Array; slots: Uint32Array; mode: SearchMode },
): StageOne {
  const count = Math.min(BEST, slots.length);
  const tieBreak = (a: number, b: number) => compareIds(index, a, b);
  const stage: { lexical?: LexicalLeg; semantic?: SemanticLeg } = {};
  if (mode !== 'semantic') {
    const body = scoreField(index, corpus, 'body', query.terms, passing);
    const title = scoreField(index, corpus, 'title', query.terms, passing);
    const matching = slots.filter((slot) => (body[slot] as number) > 0);
    const best = selectBest(matching, body, BEST, tieBreak);
    stage.lexical = { body, title, best, spread: spreadOf(scoresOf(best, body), count) };
  }
  if (query.vector !== undefined) {
    const chunk = scoreVectors(index, query.vector, slots);
    const best = selectBest(slots, chunk, BEST, tieBreak);
    stage.semantic = { vector: query.vector, chunk, best, spread: spreadOf(scoresOf(best, chunk), count) };
  }
  return { query, corpus, ...stage };
}

/** The best of both legs by what stage one knows, with those parts. */
export function candidatesOf(index: LoadedIndex, stage: StageOne): Scored[] {
  const slots = new Set([...(stage.lexical?.best ?? []), ...(stage.semantic?.best ?? [])]);
  const scored = Array.from(slots, (slot) => ({ slot, parts: stageOneParts(stage, slot) }));
  return rank(index, scored).slice(0, BEST);
}

function stageOneParts({ lexical, semantic }: StageOne, slot: number): ScoreParts {
  return {
    ...(lexical && {
      body: partOf('body', lexical.body[slot] as number, lexical.spread, lexical.spread.mean),
      title: partOf('title', lexical.title[slot] as number, lexical.spread),
    }),
    ...(semantic && { chunk: partOf('chunk', semantic.chunk[slot] as number, semantic.spread, semantic.spread.mean) }),
  };
}

function scoresOf(slots: Uint32Array, scores: Float64Array): Float64Array {
  return Float64Array.from(slots, (slot) => scores[slot] as number);
}
