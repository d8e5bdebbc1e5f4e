import { dot } from '../../vectors.ts';
import { areContrasts } from './contrasts.ts';
import { editDistance } from './edit-distance.ts';
import type { ContextEvidence } from './evidence.ts';
import { expressionsFor } from './expressions.ts';
import type { Question, QuestionTerm } from './question.ts';
import { oppositesOf, synonymsOf } from './synonyms.ts';
import type { WordVectors } from './word-vectors.ts';
import { baseOf } from './words.ts';

/** A question term with what of the context stands for it. */
export interface WeighedTerm extends QuestionTerm {
  /** Above zero: how much it matters that an answer holds the term. */
  readonly weight: number;
  /** 0–1: how much the word itself narrows down what is asked. */
  readonly importance: number;
  /** Stems of the context that mean the term, each with a strength of 0–1; the stem itself has 1. */
  readonly equivalents: ReadonlyMap<string, number>;
  /** Stems of the context that have to do with the term, by the cosine of their vectors. */
  readonly kin: ReadonlyMap<string, number>;
}

const ROLE_WEIGHTS: Readonly<Record<QuestionTerm['role'], number>> = {
  name: 1.25,
  number: 1.1,
  content: 1,
  light: 0.35,
  focus: 0.45,
  frame: 0.15,
  aside: 0.25,
  topic: 0.6,
};
// Cosine of two static word vectors from which they are taken for related, and from which for synonyms.
const RELATED = 0.42;
const SYNONYMOUS = 0.85;
const STRONGEST_SYNONYM = 0.85;
const LEAST_KINSHIP = 0.1;
const EXPRESSION_STRENGTH = 0.7;
const SYNONYM_STRENGTH = 0.75;
const OPPOSITE_STRENGTH = 0.6;
// Of an expression of the very kind that is asked for: `45 minutes`, where the question is how long.
const ASKED_STRENGTH = 0.95;
const ACRONYM_STRENGTH = 0.95;
const SHARED_PREFIX = 5;

/** Weighs the terms by rarity in the language and in the context, and finds their equivalents in the context. */
export function weighTerms(question: Question, context: ContextEvidence, vectors: WordVectors): WeighedTerm[] {
  return question.terms.map((term) => ({
    ...term,
    role: term.role === 'content' && context.names.has(term.stem) ? 'name' : term.role,
    weight: ROLE_WEIGHTS[term.role] * (0.25 + vectors.rarityOf(term.word)) * (0.35 + context.distinctnessOf(term.stem)),
    importance: term.role === 'number' ? 1 : vectors.rarityOf(term.word),
    ...relativesOf(term, question, context, vectors),
  }));
}

function relativesOf(
  term: QuestionTerm,
  question: Question,
  context: ContextEvidence,
  vectors: WordVectors,
): Pick<WeighedTerm, 'equivalents' | 'kin'> {
  const equivalents = sureEquivalents(term, question, context);
  const kin = new Map<string, number>();
  if (term.role === 'number') return { equivalents, kin };
  const isUnknown = equivalents.size === 0;
  const base = baseOf(term.word);
  const vector = vectors.vectorOf(base);
  for (const [stem, spelling] of context.spellings) {
    if (stem === term.stem || /^\p{N}/u.test(stem) || areContrasts(base, spelling)) continue;
    const cosine = dot(vector, vectors.vectorOf(spelling));
    if (cosine >= LEAST_KINSHIP) kin.set(stem, cosine);
    const misspelt = isUnknown ? misspellingStrength(term.stem, stem) : 0;
    const strength = Math.max(derivationStrength(term.stem, stem), misspelt, synonymStrength(cosine));
    if (strength > (equivalents.get(stem) ?? 0)) equivalents.set(stem, strength);
  }
  return { equivalents, kin };
}

/** The stem itself, other words for it, what it is the initials of, and the expressions that speak for it. */
function sureEquivalents(term: QuestionTerm, question: Question, context: ContextEvidence): Map<string, number> {
  const equivalents = new Map<string, number>();
  const add = (stem: string, strength: number): void => {
    if (context.spellings.has(stem)) equivalents.set(stem, strength);
  };
  if (question.kind === 'truth') for (const stem of oppositesOf(term.stem)) add(stem, OPPOSITE_STRENGTH);
  for (const stem of synonymsOf(term.stem)) add(stem, SYNONYM_STRENGTH);
  add(term.stem, 1);
  if (term.role === 'number') return equivalents;
  for (const stem of context.acronyms.get(term.word) ?? []) equivalents.set(stem, ACRONYM_STRENGTH);
  for (const mark of expressionsFor(term.word)) {
    if (!context.stems.has(mark)) continue;
    equivalents.set(mark, question.marks.includes(mark) ? ASKED_STRENGTH : EXPRESSION_STRENGTH);
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
