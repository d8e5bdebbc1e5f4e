import type { ScoreParts } from './contract.ts';
import { type ExpansionTerm, expandQuery, scoreExpansion } from './expansion.ts';
import { moveTowards } from './feedback.ts';
import { partOf } from './fuse.ts';
import type { LoadedIndex } from './loaded-index.ts';
import { createOccurrenceReader } from './occurrences.ts';
import { createProximityScorer } from './proximity.ts';
import { rank, type Scored } from './rank.ts';
import type { LexicalLeg, SemanticLeg, StageOne } from './stage-one.ts';
import { scoreVectors } from './vector-scores.ts';
import { createWindowScorer } from './window-scores.ts';

type PartScorer = (slot: number) => ScoreParts;

/** The candidates with the signals that only the best are worth: proximity, expansion, sentence windows, feedback. */
export function rescore(index: LoadedIndex, stage: StageOne, candidates: readonly Scored[]): Scored[] {
  const lexical = stage.lexical && lexicalParts(index, stage, stage.lexical);
  const windows = stage.semantic && windowParts(index, stage.semantic);
  const scored = candidates.map(({ slot, parts }) => ({
    slot,
    parts: { ...parts, ...lexical?.(slot), ...windows?.(slot) },
  }));
  const { semantic } = stage;
  if (semantic === undefined) return scored;
  const feedback = feedbackParts(
    index,
    semantic,
    rank(index, scored).map(({ slot }) => slot),
  );
  return scored.map(({ slot, parts }) => ({ slot, parts: { ...parts, ...feedback(slot) } }));
}

function lexicalParts(index: LoadedIndex, { query, corpus }: StageOne, { best, body, spread }: LexicalLeg): PartScorer {
  const expansion = expandQuery(index, corpus, best, body);
  const asked = new Set(query.terms.map(({ text }) => text));
  const terms = [...query.terms, ...expansion.filter(({ text }) => !asked.has(text))];
  const numbers = new Map(terms.map(({ text }, number) => [text, number]));
  const read = createOccurrenceReader(index, terms);
  const proximity = createProximityScorer(query.terms, query.sequence);
  const numberOf = ({ text }: ExpansionTerm) => numbers.get(text) as number;
  return (slot) => {
    const found = read(slot);
    const counts = new Uint32Array(terms.length);
    for (const number of found.terms) counts[number] = (counts[number] as number) + 1;
    const saturation = corpus.saturation.body[slot] as number;
    const expanded = scoreExpansion(expansion, (term) => counts[numberOf(term)] as number, saturation);
    return {
      proximity: partOf('proximity', proximity(found), spread),
      expansion: partOf('expansion', expanded * query.sequence.length, spread),
    };
  };
}

function windowParts(index: LoadedIndex, { vector, spread }: SemanticLeg): PartScorer | undefined {
  const score = createWindowScorer(index, vector);
  return score && ((slot) => ({ window: partOf('window', score(slot), spread, spread.mean) }));
}

function feedbackParts(index: LoadedIndex, { vector, spread }: SemanticLeg, ranked: readonly number[]): PartScorer {
  const slots = Uint32Array.from(ranked);
  const scores = scoreVectors(index, moveTowards(index, vector, slots), slots);
  return (slot) => ({ feedback: partOf('feedback', scores[slot] as number, spread, spread.mean) });
}
