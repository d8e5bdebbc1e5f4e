import { bestCandidates, type Candidates, partsOf } from './candidates.ts';
import type { SearchMode } from './contract.ts';
import type { Passing } from './corpora.ts';
import type { Corpus } from './corpus.ts';
import { scoreField } from './field-scores.ts';
import { partOf, type Spread, spreadOf } from './fuse.ts';
import { compareIds, type LoadedIndex } from './loaded-index.ts';
import type { ReadQuery } from './read-query.ts';
import { selectBest, type TieBreak } from './select-best.ts';
import { scoreVectors } from './vector-scores.ts';

/** How many of each leg are compared with each other. */
export const BEST = 1_000;
/** How many of both legs together stage two looks at: on the training queries of SciFact more of them find nothing more. */
const CANDIDATES = 400;
/** Up to this limit a ranking is the same whatever the limit: a higher one only goes on with it. */
export const STABLE_LIMIT = CANDIDATES;

/** What stage one makes of a query; a leg that the mode leaves out is absent. */
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

/** Scores everything that passes. */
export function runStageOne(
  index: LoadedIndex,
  corpus: Corpus,
  query: ReadQuery,
  { passing, mode }: { passing: Passing; mode: SearchMode },
): StageOne {
  const tieBreak: TieBreak = (a, b) => compareIds(index, a, b);
  const { vector } = query;
  return {
    query,
    corpus,
    ...(mode !== 'semantic' && { lexical: lexicalLeg(index, corpus, query, passing, tieBreak) }),
    ...(vector !== undefined && { semantic: semanticLeg(index, vector, passing, tieBreak) }),
  };
}

/**
 * The best of both legs by what stage one knows. Up to a limit of `CANDIDATES` they are the same whatever the limit, so that
 * the next page of a ranking goes on where the one before ended.
 */
export function candidatesOf(index: LoadedIndex, { lexical, semantic }: StageOne, limit: number): Candidates {
  const either = new Set<number>(lexical?.best);
  for (const slot of semantic?.best ?? []) either.add(slot);
  const slots = Uint32Array.from(either);
  const parts: Candidates['parts'] = {
    ...(lexical && {
      body: partsOf(slots, (slot) => partOf('body', lexical.body[slot] as number, lexical.spread, lexical.spread.mean)),
      title: partsOf(slots, (slot) => partOf('title', lexical.title[slot] as number, lexical.spread)),
    }),
    ...(semantic && {
      chunk: partsOf(slots, (slot) =>
        partOf('chunk', semantic.chunk[slot] as number, semantic.spread, semantic.spread.mean),
      ),
    }),
  };
  return bestCandidates(index, { slots, parts }, Math.max(CANDIDATES, limit));
}

function lexicalLeg(
  index: LoadedIndex,
  corpus: Corpus,
  { terms }: ReadQuery,
  { mask, slots }: Passing,
  tieBreak: TieBreak,
): LexicalLeg {
  const { body, title } = index.scratch;
  scoreField(index, corpus, 'body', terms, { passing: mask, scores: body });
  scoreField(index, corpus, 'title', terms, { passing: mask, scores: title });
  const best = selectBest(positive(slots, body), body, BEST, tieBreak);
  return { body, title, best, spread: spreadOf(best, body, Math.min(BEST, slots.length)) };
}

function semanticLeg(index: LoadedIndex, vector: Float64Array, { slots }: Passing, tieBreak: TieBreak): SemanticLeg {
  const { chunk } = index.scratch;
  const cosine = scoreVectors(index, vector, slots);
  for (let i = 0; i < slots.length; i++) chunk[slots[i] as number] = cosine(slots[i] as number);
  const best = selectBest(slots, chunk, BEST, tieBreak);
  return { vector, chunk, best, spread: spreadOf(best, chunk, best.length) };
}

function positive(slots: Uint32Array, scores: Float64Array): Uint32Array {
  const found = new Uint32Array(slots.length);
  let count = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] as number;
    if ((scores[slot] as number) > 0) found[count++] = slot;
  }
  return found.subarray(0, count);
}
