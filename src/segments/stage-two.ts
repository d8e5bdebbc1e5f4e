import { bestCandidates, type Candidates, partsOf, withParts } from './candidates.ts';
import { expandQuery, scoreExpansion } from './expansion.ts';
import { moveTowards } from './feedback.ts';
import { partOf } from './fuse.ts';
import type { LoadedIndex } from './loaded-index.ts';
import { createOccurrenceReader } from './occurrences.ts';
import { createProximityScorer } from './proximity.ts';
import type { LexicalLeg, SemanticLeg, StageOne } from './stage-one.ts';
import { scoreVectors } from './vector-scores.ts';
import { createWindowScorer } from './window-scores.ts';

/** Adds the signals that only the best are worth: proximity, expansion, sentence windows, feedback. Best first. */
export function rescore(index: LoadedIndex, stage: StageOne, given: Candidates): Candidates {
  const { lexical, semantic } = stage;
  let candidates = given;
  if (lexical) candidates = withParts(candidates, lexicalParts(index, stage, lexical, candidates.slots));
  if (semantic) {
    candidates = withParts(candidates, windowParts(index, semantic, candidates.slots));
    candidates = bestCandidates(index, candidates, candidates.slots.length);
    candidates = withParts(candidates, feedbackParts(index, semantic, candidates.slots));
  }
  return bestCandidates(index, candidates, candidates.slots.length);
}

function lexicalParts(
  index: LoadedIndex,
  { query, corpus }: StageOne,
  { best, body, spread }: LexicalLeg,
  slots: Uint32Array,
): Candidates['parts'] {
  const expansion = expandQuery(index, corpus, best, body);
  const asked = new Set(query.terms.map(({ text }) => text));
  const terms = [...query.terms, ...expansion.filter(({ text }) => !asked.has(text))];
  const numbers = expansion.map(({ text }) => terms.findIndex((term) => term.text === text));
  const weights = expansion.map(({ weight }) => weight * query.sequence.length);
  const read = createOccurrenceReader(index, terms);
  const scoreProximity = createProximityScorer(query.terms, query.sequence);
  const proximity = new Float64Array(slots.length);
  const expanded = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] as number;
    const found = read(slot);
    const saturation = corpus.saturation.body[slot] as number;
    proximity[i] = partOf('proximity', scoreProximity(found), spread);
    expanded[i] = partOf('expansion', scoreExpansion({ numbers, weights }, found, saturation), spread);
  }
  return { proximity, expansion: expanded };
}

/** A passage whose vector comes from outside is its own only window. */
function windowParts(
  index: LoadedIndex,
  { vector, chunk, spread }: SemanticLeg,
  slots: Uint32Array,
): Candidates['parts'] {
  const score = createWindowScorer(index, vector) ?? ((slot) => chunk[slot] as number);
  return { window: partsOf(slots, (slot) => partOf('window', score(slot), spread, spread.mean)) };
}

/** `slots` are best first. */
function feedbackParts(index: LoadedIndex, { vector, spread }: SemanticLeg, slots: Uint32Array): Candidates['parts'] {
  const score = scoreVectors(index, moveTowards(index, vector, slots), slots);
  return { feedback: partsOf(slots, (slot) => partOf('feedback', score(slot), spread, spread.mean)) };
}
