import { answersKind, hasForm } from './answer-kinds.ts';
import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import type { Question } from './question.ts';
import type { WeighedTerm } from './term-matches.ts';
import { dot } from './word-vectors.ts';

/** What speaks for a unit as the answer, each 0–1. */
export interface UnitFeatures {
  /** Weight of the question's terms that the unit itself holds. */
  readonly own: number;
  /** The same with its surroundings: heading, lead-in, the sentence before, the passage's first. */
  readonly window: number;
  /** Cosine of question and unit. */
  readonly similarity: number;
  /** Cosine of question and unit with what it stands under or follows. */
  readonly windowSimilarity: number;
  /** Whether it holds something of the kind that is asked for. */
  readonly kind: number;
  /** How far it lacks that, where such a thing shows by its form. */
  readonly kindMissing: number;
  /** Share of the question's word pairs that stand together in it. */
  readonly pairs: number;
  /** How close together the terms stand. */
  readonly proximity: number;
  /** Whether it says something beyond the question. */
  readonly novelty: number;
  /** Whether it defines what the question asks about. */
  readonly defines: number;
  /** Whether it says `the TERM of … is …` of what the question asks for. */
  readonly states: number;
  /** 1 for a heading, -1 for one that is just what the question asks about. */
  readonly isHeading: number;
  readonly isQuestion: number;
  readonly underQuestion: number;
  /** A sentence whose beginning or end was cut off. */
  readonly isFragment: number;
  /** How early its passage stands. */
  readonly passageRank: number;
}

export interface ScoredUnit {
  readonly index: number;
  readonly unit: UnitEvidence;
  readonly features: UnitFeatures;
  /** By stem: how well the unit or its surroundings hold each term. */
  readonly windowStrengths: ReadonlyMap<string, number>;
  readonly score: number;
}

export interface ScoringQuestion extends Question {
  readonly vector: Float32Array;
  readonly weighed: readonly WeighedTerm[];
}

const WEIGHTS: Readonly<Record<keyof UnitFeatures, number>> = {
  own: 1.6,
  window: 1.6,
  similarity: 1,
  windowSimilarity: 0.4,
  kind: 0.7,
  kindMissing: -0.3,
  pairs: 0.5,
  proximity: 0.2,
  novelty: 0.3,
  defines: 1.2,
  states: 0.35,
  isHeading: -0.8,
  isQuestion: -1.2,
  underQuestion: 0.8,
  passageRank: 0.1,
  isFragment: -0.35,
};
const HEADING_SHARE = 0.75;
const LEAD_IN_SHARE = 0.9;
const REFERRED_SHARE = 0.85;
const PREVIOUS_SHARE = 0.5;
const PASSAGE_SHARE = 0.55;
const EARLIER_SHARE = 0.35;
// How many sentences back a subject is still remembered.
const EARLIER_REACH = 6;

/** Scores every unit of the context; the order is that of the text. */
export function scoreUnits(question: ScoringQuestion, context: ContextEvidence): ScoredUnit[] {
  const asked = new Set(question.terms.map((term) => term.stem));
  return context.units.map((unit, index) => {
    const windowStrengths = windowStrengthsOf(question, context, index);
    const features = featuresOf(question, context, index, asked, windowStrengths);
    const score = (Object.keys(WEIGHTS) as (keyof UnitFeatures)[]).reduce(
      (sum, name) => sum + WEIGHTS[name] * features[name],
      0,
    );
    return { index, unit, features, windowStrengths, score };
  });
}

function featuresOf(
  question: ScoringQuestion,
  context: ContextEvidence,
  index: number,
  asked: ReadonlySet<string>,
  windowStrengths: ReadonlyMap<string, number>,
): UnitFeatures {
  const unit = unitAt(context, index);
  const around = surroundings(context, index);
  const strengths = question.weighed.map((term) => strengthIn(term, unit));
  const measurable = question.marks.some((mark) => context.stems.has(mark));
  const candidate = { ...unit, asked, measurable, marks: question.marks, counted: question.counted };
  const kind = countsInColumn(question, context, unit) ? 1 : answersKind(question.kind, candidate);
  const content = [...unit.stems];
  const fresh = content.filter((stem) => !asked.has(stem) && !stem.startsWith('#'));
  return {
    own: weighted(question.weighed, strengths),
    window: weighted(question.weighed, [...windowStrengths.values()]),
    similarity: Math.max(0, dot(question.vector, unit.vector)),
    windowSimilarity: Math.max(0, ...around.map(({ unit: other }) => dot(question.vector, other.vector))),
    kind,
    kindMissing: hasForm(question.kind) ? 1 - kind : 0,
    pairs: pairShare(question, unit),
    proximity: proximityOf(question.weighed, unit),
    novelty: Math.min(1, fresh.length / 3),
    defines: definesTerm(question, unit) ? 1 : 0,
    isHeading: unit.kind !== 'heading' ? 0 : names(unit, asked) ? -1 : 1,
    states: statesTerm(question, unit) || namesDoer(question, unit) ? 1 : 0,
    isQuestion: unit.kind === 'question' ? 1 : 0,
    underQuestion: questionAbove(question, context, index),
    passageRank: 1 / (1 + unit.passage),
    isFragment: isFragment(unit) ? 1 : 0,
  };
}

function windowStrengthsOf(question: ScoringQuestion, context: ContextEvidence, index: number): Map<string, number> {
  const unit = unitAt(context, index);
  const around = surroundings(context, index);
  const earlier = context.units.slice(Math.max(unit.first, index - EARLIER_REACH), index);
  return new Map(
    question.weighed.map((term) => [
      term.stem,
      Math.max(
        strengthIn(term, unit),
        ...around.map(({ unit: other, share }) => share * strengthIn(term, other)),
        ...earlier.map((other) => EARLIER_SHARE * strengthIn(term, other)),
      ),
    ]),
  );
}

function isFragment({ kind, text }: UnitEvidence): boolean {
  return kind === 'sentence' && (/^\p{Ll}/u.test(text) || !/[.!?:;…。！？]['"”’»)\]]*$/u.test(text));
}

/** Whether a heading has no other words than the question. */
function names({ stems }: UnitEvidence, asked: ReadonlySet<string>): boolean {
  const words = [...stems].filter((stem) => !stem.startsWith('#') && !/^\p{N}/u.test(stem));
  return words.length > 1 && words.every((stem) => asked.has(stem));
}

const COPULA = /^(?:is|are|was|were|include|includes|will)$/;
const COPULA_REACH = 7;

/** The first term of `what is the PURPOSE of the study`, before `is` in the unit. */
function statesTerm({ core, terms }: ScoringQuestion, { words, text }: UnitEvidence): boolean {
  const [first] = terms;
  if (first === undefined || !/^(?:what|which|who) (?:is|are|was|were) /i.test(core)) return false;
  const at = words.findIndex((word) => word.stem === first.stem);
  if (at < 0) return false;
  const after = words.slice(at + 1, at + 1 + COPULA_REACH);
  return after.some((word) => COPULA.test(word.lower)) || /^\s*:/.test(text.slice(words[at]?.end ?? 0));
}

const ACTIVE =
  /^who(?: first| also| then| really)? (?!is|are|was|were|did|does|do|has|have|had|will|can|may|must|should|would)/i;

/** `made by`, where the question is who made it. */
function namesDoer({ core, terms }: ScoringQuestion, { words }: UnitEvidence): boolean {
  const [verb] = terms;
  if (verb === undefined || !ACTIVE.test(core)) return false;
  return words.some(
    (word, at) => word.lower === 'by' && words.slice(Math.max(0, at - 3), at).some((near) => near.stem === verb.stem),
  );
}

/** A table row with a number under a heading that names what is counted. */
function countsInColumn(question: ScoringQuestion, context: ContextEvidence, unit: UnitEvidence): boolean {
  const above = unit.leadIn === undefined ? undefined : context.units[unit.leadIn];
  if (unit.kind !== 'row' || question.counted === undefined || !above?.stems.has(question.counted)) return false;
  return unit.words.some((word) => word.isNumber);
}

/** How alike the question is to the one that the unit stands under, as in a list of frequent questions. */
function questionAbove(question: ScoringQuestion, context: ContextEvidence, index: number): number {
  const { heading } = unitAt(context, index);
  const above = heading === undefined ? undefined : context.units[heading];
  if (heading === undefined || above?.kind !== 'question') return 0;
  return Math.max(0, dot(question.vector, above.vector)) / (index - heading);
}

function unitAt(context: ContextEvidence, index: number): UnitEvidence {
  const unit = context.units[index];
  if (unit === undefined) throw new RangeError(`No unit ${index}`);
  return unit;
}

function surroundings(context: ContextEvidence, index: number): { unit: UnitEvidence; share: number }[] {
  const unit = unitAt(context, index);
  const places = [
    { at: unit.heading, share: HEADING_SHARE },
    { at: unit.leadIn, share: LEAD_IN_SHARE },
    { at: unit.previous, share: unit.refersBack ? REFERRED_SHARE : PREVIOUS_SHARE },
    { at: unit.referent, share: REFERRED_SHARE },
    { at: unit.first, share: PASSAGE_SHARE },
  ];
  return places.flatMap(({ at, share }) =>
    at === undefined || at === index ? [] : [{ unit: unitAt(context, at), share }],
  );
}

function strengthIn(term: WeighedTerm, unit: UnitEvidence): number {
  let best = 0;
  for (const [stem, strength] of term.equivalents) if (strength > best && unit.stems.has(stem)) best = strength;
  return best;
}

function weighted(terms: readonly WeighedTerm[], strengths: readonly number[]): number {
  const total = terms.reduce((sum, term) => sum + term.weight, 0);
  if (total === 0) return 0;
  return terms.reduce((sum, term, at) => sum + term.weight * (strengths[at] ?? 0), 0) / total;
}

function pairShare(question: Question, unit: UnitEvidence): number {
  if (question.pairs.length === 0) return 0;
  const stems = unit.words.filter((word) => !word.isStop).map((word) => word.stem);
  const found = question.pairs.filter(([left, right]) =>
    stems.some((stem, at) => stem === left && stems[at + 1] === right),
  );
  return found.length / question.pairs.length;
}

/** 1 when the terms it holds stand side by side, falling with the words between them. */
function proximityOf(terms: readonly WeighedTerm[], unit: UnitEvidence): number {
  const places: number[] = [];
  for (const [at, word] of unit.words.entries()) {
    if (terms.some((term) => (term.equivalents.get(word.stem) ?? 0) >= 0.5)) places.push(at);
  }
  if (places.length < 2) return 0;
  const gaps = places.slice(1).map((place, at) => place - (places[at] ?? 0));
  return gaps.reduce((sum, gap) => sum + 1 / gap, 0) / gaps.length;
}

const DEFINES =
  /^(?:\S+\s){0,6}?(?:(?:is|are|was|were)(?: \w+ly)? (?:an?|the|one|any)|means?|refers? to|denotes?|stands for|(?:is|are) (?:defined|known) as)\b/i;
const OPENING_WORDS = 6;
const LABEL_END = /:\s|\s[—–-]\s/;

function definesTerm(question: Question, unit: UnitEvidence): boolean {
  if (question.kind !== 'definition') return false;
  const terms = question.terms.filter((term) => term.role !== 'frame');
  if (terms.some((term) => isSpeltOut(term.word, unit.text))) return true;
  const label = LABEL_END.exec(unit.text)?.index ?? 0;
  const labelled = unit.words.filter((word) => word.end <= label && !word.isStop);
  const stems = new Set(terms.map((term) => term.stem));
  if (labelled.length > 0 && labelled.every((word) => stems.has(word.stem))) return true;
  return DEFINES.test(unit.text) && unit.words.slice(0, OPENING_WORDS).some((word) => stems.has(word.stem));
}

/** `estimated glomerular filtration rate (eGFR)` spells out an abbreviation, by the initials of the words before it. */
function isSpeltOut(word: string, text: string): boolean {
  const at = text.toLowerCase().indexOf(`(${word}`);
  if (word.length < 2 || word.length > 8 || at < 0) return false;
  const before = (
    text
      .slice(0, at)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  ).slice(-word.length);
  const initials = before.map((one) => one.charAt(0));
  const found = [...word].filter((letter) => initials.includes(letter)).length;
  return before.length > 1 && found >= word.length * 0.6;
}
