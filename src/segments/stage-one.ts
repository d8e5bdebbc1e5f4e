import { bestCandidates, type Candidates, partsOf } from './candidates.ts';
import type { SearchMode } from './contract.ts';
import type { Corpus } from './corpus.ts';
import { scoreField } from './field-scores.ts';
import { partOf, type Spread, spreadOf } from './fuse.ts';
import { compareIds, type LoadedIndex } from './loaded-index.ts';
import type { ReadQuery } from './read-query.ts';
import { selectBest, type TieBreak } from './select-best.ts';
import { scoreVectors } from './vector-scores.ts';

/** How many of each leg, and then of both together, stage two looks at. */
const BEST = 1_000;

/** What may be found: `mask` is 1 for the slots that passed the filter, `slots` lists them. */
export interface Passing {
  readonly mask: Uint8Array;
  readonly slots: Uint32Array;
}

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

/** The best of both legs by what stage one knows. */
export function candidatesOf(index: LoadedIndex, { lexical, semantic }: StageOne): Candidates {
  const slots = Uint32Array.from(new Set([...(lexical?.best ?? []), ...(semantic?.best ?? [])]));
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
  return bestCandidates(index, { slots, parts }, BEST);
}

function lexicalLeg(
  index: LoadedIndex,
  corpus: Corpus,
  { terms }: ReadQuery,
  { mask, slots }: Passing,
  tieBreak: TieBreak,
): LexicalLeg {
  const body = scoreField(index, corpus, 'body', terms, mask);
  const title = scoreField(index, corpus, 'title', terms, mask);
  const matching = slots.filter((slot) => (body[slot] as number) > 0);
  const best = selectBest(matching, body, BEST, tieBreak);
  return { body, title, best, spread: spreadOf(best, body, Math.min(BEST, slots.length)) };
}

function semanticLeg(index: LoadedIndex, vector: Float64Array, { slots }: Passing, tieBreak: TieBreak): SemanticLeg {
  const chunk = scoreVectors(index, vector, slots);
  const best = selectBest(slots, chunk, BEST, tieBreak);
  return { vector, chunk, best, spread: spreadOf(best, chunk, best.length) };
}
