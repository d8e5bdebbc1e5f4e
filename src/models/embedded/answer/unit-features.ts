import { dot } from '../../vectors.ts';
import { answersKind, hasForm } from './answer-kinds.ts';
import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import type { Question } from './question.ts';
import type { WeighedTerm } from './term-matches.ts';
import { countsInColumn, definesTerm, isFragment, namesDoer, statesTerm, titles } from './unit-signs.ts';
import { strengthIn, surroundings, unitAt } from './unit-surroundings.ts';

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

/** A question as it is compared with a context. */
export interface ScoringQuestion extends Question {
  readonly vector: Float32Array;
  readonly weighed: readonly WeighedTerm[];
  /** The stems of its terms. */
  readonly asked: ReadonlySet<string>;
  /** The stems of what the answer is one of. */
  readonly focus: ReadonlySet<string>;
}

/** @param windowStrengths by stem, as `windowStrengthsOf` gives them for the unit */
export function featuresOf(
  question: ScoringQuestion,
  context: ContextEvidence,
  index: number,
  windowStrengths: ReadonlyMap<string, number>,
): UnitFeatures {
  const unit = unitAt(context, index);
  const { asked } = question;
  const around = surroundings(context, index);
  const strengths = question.weighed.map((term) => strengthIn(term, unit));
  const measurable = question.marks.some((mark) => context.stems.has(mark));
  const candidate = {
    ...unit,
    asked,
    measurable,
    marks: question.marks,
    counted: question.counted,
    focus: question.focus,
  };
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
    isHeading: unit.kind !== 'heading' ? 0 : titles(unit, asked) ? -1 : 1,
    states: statesTerm(question, unit) || namesDoer(question, unit) ? 1 : 0,
    isQuestion: unit.kind === 'question' ? 1 : 0,
    underQuestion: questionAbove(question, context, index),
    passageRank: 1 / (1 + unit.passage),
    isFragment: isFragment(unit) ? 1 : 0,
  };
}

/** How alike the question is to the one that the unit stands under, as in a list of frequent questions. */
function questionAbove(question: ScoringQuestion, context: ContextEvidence, index: number): number {
  const { heading } = unitAt(context, index);
  const above = heading === undefined ? undefined : context.units[heading];
  if (heading === undefined || above?.kind !== 'question') return 0;
  return Math.max(0, dot(question.vector, above.vector)) / (index - heading);
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
