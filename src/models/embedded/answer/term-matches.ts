import { editDistance } from './edit-distance.ts';
import type { ContextEvidence } from './evidence.ts';
import { expressionsFor } from './expressions.ts';
import type { QuestionTerm } from './question.ts';
import { dot, type WordVectors } from './word-vectors.ts';

/** A question term with what of the context stands for it. */
export interface WeighedTerm extends QuestionTerm {
  /** Above zero: how much it matters that an answer holds the term. */
  readonly weight: number;
  /** 0–1: how much the word itself narrows down what is asked. */
  readonly importance: number;
  /** Stems of the context that mean the term, each with a strength of 0–1; the stem itself has 1. */
  readonly equivalents: ReadonlyMap<string, number>;
}

const ROLE_WEIGHTS: Readonly<Record<QuestionTerm['role'], number>> = {
  name: 1.25,
  number: 1.1,
  content: 1,
  light: 0.35,
  focus: 0.45,
  frame: 0.15,
  aside: 0.25,
};
// Cosine of two static word vectors from which they are taken for related, and from which for synonyms.
const RELATED = 0.42;
const SYNONYMOUS = 0.85;
const STRONGEST_SYNONYM = 0.85;
const EXPRESSION_STRENGTH = 0.7;
const ACRONYM_STRENGTH = 0.95;
const SHARED_PREFIX = 5;

/** Weighs the terms by rarity in the language and in the context, and finds their equivalents in the context. */
export function weighTerms(
  terms: readonly QuestionTerm[],
  context: ContextEvidence,
  vectors: WordVectors,
): WeighedTerm[] {
  return terms.map((term) => ({
    ...term,
    role: term.role === 'content' && context.names.has(term.stem) ? 'name' : term.role,
    weight: ROLE_WEIGHTS[term.role] * (0.25 + vectors.rarityOf(term.word)) * (0.35 + context.distinctnessOf(term.stem)),
    importance: vectors.rarityOf(term.word),
    equivalents: equivalentsOf(term, context, vectors),
  }));
}

function equivalentsOf(term: QuestionTerm, context: ContextEvidence, vectors: WordVectors): Map<string, number> {
  const equivalents = new Map<string, number>();
  if (context.spellings.has(term.stem)) equivalents.set(term.stem, 1);
  if (term.role === 'number') return equivalents;
  for (const stem of context.acronyms.get(term.word) ?? []) equivalents.set(stem, ACRONYM_STRENGTH);
  for (const mark of expressionsFor(term.word)) if (context.stems.has(mark)) equivalents.set(mark, EXPRESSION_STRENGTH);
  const unknown = equivalents.size === 0;
  const vector = vectors.vectorOf(term.word);
  for (const [stem, spelling] of context.spellings) {
    if (stem === term.stem || /^\p{N}/u.test(stem) || isCalendarWord(spelling)) continue;
    const strength = Math.max(
      derivationStrength(term.stem, stem),
      unknown ? misspellingStrength(term.stem, stem) : 0,
      synonymStrength(dot(vector, vectors.vectorOf(spelling))),
    );
    if (strength > 0) equivalents.set(stem, strength);
  }
  return equivalents;
}

function synonymStrength(cosine: number): number {
  return STRONGEST_SYNONYM * Math.min(1, Math.max(0, (cosine - RELATED) / (SYNONYMOUS - RELATED)));
}

/** `decis` and `decid`, `treatment` and `treat`: a long common beginning. */
function derivationStrength(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let shared = 0;
  while (shared < shorter && left[shared] === right[shared]) shared += 1;
  if (shared < SHARED_PREFIX) return 0;
  return shared === shorter ? 0.8 : shared / Math.max(left.length, right.length) > 0.7 ? 0.5 : 0;
}

/** A letter or two wrong, missing, added or swapped in a long word. */
function misspellingStrength(left: string, right: string): number {
  const longer = Math.max(left.length, right.length);
  if (longer < 5 || Math.abs(left.length - right.length) > 2) return 0;
  const edits = editDistance(left, right);
  return edits <= 1 ? 0.8 : edits === 2 && longer >= 7 ? 0.65 : 0;
}

const CALENDAR =
  /^(?:mon|tues|wednes|thurs|fri|satur|sun)days?$|^(?:january|february|march|april|june|july|august|september|october|november|december)$/;

function isCalendarWord(word: string): boolean {
  return CALENDAR.test(word);
}
