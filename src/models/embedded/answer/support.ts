import { hasForm } from './answer-kinds.ts';
import { areContrasts } from './contrasts.ts';
import type { ScoredUnit } from './score-units.ts';
import { synonymsOf } from './synonyms.ts';
import type { WeighedTerm } from './term-matches.ts';
import type { ScoringQuestion } from './unit-features.ts';
import { baseOf } from './words.ts';

/** What speaks for the context answering the question at all, seen from its best unit. */
export interface SupportFeatures {
  readonly own: number;
  readonly window: number;
  readonly similarity: number;
  /** How well the unit holds the kind of thing that is asked for, and how far it lacks one that has a form. */
  readonly kind: number;
  readonly kindMissing: number;
  /** 1 when it holds nothing of the kind at all: of one that cannot be missed (a count, a date), of one that can (a name). */
  readonly noFigure: number;
  readonly noName: number;
  /** Whether what is done or was done has nothing to do with the unit. */
  readonly predicateLacking: number;
  /** Whether it holds none of the words that say what is asked about the thing, as far as it has nothing to do with them. */
  readonly onlySubject: number;
  /** Whether it holds what excludes a term that it lacks: `red`, where the question is for the green light. */
  readonly contrasted: number;
  /** 1 when it holds the measure that is asked for, and the question says no more: `how far can it go`. */
  readonly bareMeasure: number;
  /** How much the terms that it holds weigh together. */
  readonly mass: number;
  /** Importance, 0–1, of the weightiest name, number and other term that the context does not hold at all. */
  readonly absentName: number;
  readonly absentNumber: number;
  readonly absentContent: number;
  /** The same for names and numbers that are not around the unit. */
  readonly missingName: number;
  readonly missingNumber: number;
  /** Importance of the term that has least to do with anything in the unit, of those that it lacks. */
  readonly foreign: number;
  /**
   * Only where the context is the best of many texts, of which further ones are known: how far what the answer is one of
   * (`which HOTEL`) has nothing to do with the unit; how far the unit is less like the question than answers are; `foreign`
   * once more, which then says less; 1 when no word of the question is absent from all of them.
   */
  readonly focusForeign: number;
  readonly unlike: number;
  readonly foreignOfMany: number;
  readonly heldElsewhere: number;
  /** How alike the question is to one that the unit is the answer to. */
  readonly underQuestion: number;
  /** Share of the terms' weight that the context as a whole holds. */
  readonly context: number;
}

// Below this strength a term counts as lacking; from this cosine on a word has as much to do with it as can be told.
const LACKING = 0.4;
const CLOSE_KIN = 0.45;
const CLOSE_FOCUS_KIN = 0.6;
// The cosine of question and unit below which a unit seldom answers.
const LIKE_ENOUGH = 0.45;
// A word counts as held by an equivalent of at least this strength.
const HELD = 0.5;
const SAME_QUESTION = 0.6;

const UNNEEDED: ReadonlySet<string> = new Set(['aside', 'topic', 'frame']);
const FIGURES: ReadonlySet<string> = new Set(['count', 'date', 'measure', 'clock']);

type Presence = (term: WeighedTerm) => number;

function supportOf(
  question: ScoringQuestion,
  best: ScoredUnit,
  elsewhere: ReadonlySet<string> | undefined,
): SupportFeatures {
  const terms = question.weighed.filter((term) => !UNNEEDED.has(term.role));
  const total = terms.reduce((sum, term) => sum + term.weight, 0) || 1;
  const anywhere: Presence = (term) => [...term.equivalents.values()].reduce((most, one) => Math.max(most, one), 0);
  const nearby: Presence = (term) => best.windowStrengths.get(term.stem) ?? 0;
  const worst = (of: (term: WeighedTerm) => boolean, presence: Presence): number =>
    Math.max(0, ...terms.filter(of).map((term) => term.importance * (1 - presence(term))));
  const closestKin: Presence = (term) => Math.max(0, ...[...best.unit.stems].map((stem) => term.kin.get(stem) ?? 0));
  const kinship: Presence = (term) => Math.min(1, closestKin(term) / CLOSE_KIN);
  const isForeign = (term: WeighedTerm): number =>
    1 - Math.max(nearby(term), Math.min(1, closestKin(term) / CLOSE_FOCUS_KIN));
  const isName = (term: WeighedTerm): boolean => term.role === 'name';
  const isNumber = (term: WeighedTerm): boolean => term.role === 'number';
  const isPredicate = (term: WeighedTerm): boolean => term.predicate && term.role === 'content';
  const isContent = (term: WeighedTerm): boolean => !term.predicate && term.role === 'content';
  const { own, window, similarity, kind, underQuestion } = best.features;
  const foreign = worst((term) => term.role === 'content' && nearby(term) < LACKING, kinship);
  const amongMany = (): ManyFeatures => ({
    focusForeign: Math.max(0, ...terms.filter(({ role }) => role === 'focus').map(isForeign)),
    unlike: Math.max(0, LIKE_ENOUGH - similarity),
    foreignOfMany: foreign,
    heldElsewhere: terms.filter(isTelling).every((term) => isHeld(term, anywhere(term), elsewhere)) ? 1 : 0,
  });
  const formless = kind === 0 && underQuestion < SAME_QUESTION;
  return {
    own,
    window,
    similarity,
    kind,
    // What answers the same question answers it in whatever form.
    kindMissing: best.features.kindMissing * (1 - underQuestion),
    noFigure: formless && FIGURES.has(question.kind) ? 1 : 0,
    noName: formless && hasForm(question.kind) && !FIGURES.has(question.kind) ? 1 : 0,
    predicateLacking: Math.max(
      0,
      ...terms.filter((term) => isPredicate(term) && nearby(term) < LACKING).map((term) => 1 - kinship(term)),
    ),
    onlySubject: onlySubjectOf(
      terms.filter((term) => term.role === 'content'),
      nearby,
      kinship,
    ),
    contrasted: terms.some((term) => nearby(term) < LACKING && isContrasted(term, best)) ? 1 : 0,
    bareMeasure: question.kind === 'measure' && kind === 1 && terms.every(isGeneral) ? 1 : 0,
    mass: Math.min(1, terms.reduce((sum, term) => sum + term.weight * nearby(term), 0) / 4),
    absentName: worst(isName, anywhere),
    absentNumber: worst(isNumber, anywhere),
    absentContent: worst(isContent, anywhere),
    missingName: worst(isName, nearby),
    missingNumber: worst(isNumber, nearby),
    foreign,
    ...(elsewhere ? amongMany() : FEW),
    underQuestion,
    context: terms.reduce((sum, term) => sum + term.weight * anywhere(term), 0) / total,
  };
}

type ManyFeatures = Pick<SupportFeatures, 'focusForeign' | 'unlike' | 'foreignOfMany' | 'heldElsewhere'>;

const FEW: ManyFeatures = { focusForeign: 0, unlike: 0, foreignOfMany: 0, heldElsewhere: 0 };

function isTelling({ role }: WeighedTerm): boolean {
  return role !== 'light';
}

/** Whether a term, or a word for the same, is in the context or in the texts beside it. */
function isHeld({ stem }: WeighedTerm, inContext: number, elsewhere: ReadonlySet<string> | undefined): boolean {
  if (inContext >= HELD || elsewhere?.has(stem)) return true;
  return [...synonymsOf(stem)].some((synonym) => elsewhere?.has(synonym));
}

function isGeneral({ role, predicate }: WeighedTerm): boolean {
  return role === 'light' || role === 'focus' || predicate;
}

function isContrasted(term: WeighedTerm, { unit }: ScoredUnit): boolean {
  const base = baseOf(term.word);
  return unit.words.some((word) => areContrasts(base, baseOf(word.lower)));
}

function onlySubjectOf(content: readonly WeighedTerm[], nearby: Presence, kinship: Presence): number {
  if (content.length === 0 || content.some((term) => nearby(term) >= LACKING)) return 0;
  return 1 - Math.max(...content.map(kinship));
}

/**
 * Weights of a logistic regression, rounded: fitted on questions with an answer in their text, the same questions put to
 * another text of the same subject, and questions with one word replaced.
 */
const WEIGHTS: Readonly<Record<keyof SupportFeatures, number>> = {
  own: 0.4,
  window: 1.05,
  similarity: 1.45,
  kind: 0.35,
  kindMissing: -1.5,
  noFigure: -0.85,
  noName: -0.3,
  predicateLacking: -1.1,
  onlySubject: -0.6,
  contrasted: -0.8,
  bareMeasure: 0.6,
  mass: 0.8,
  absentName: -1.5,
  absentNumber: -0.4,
  absentContent: -0.6,
  missingName: -1.2,
  missingNumber: -0.4,
  foreign: -1.1,
  focusForeign: -1,
  unlike: -3,
  heldElsewhere: 0.8,
  foreignOfMany: 0.5,
  underQuestion: 1,
  context: 1.3,
};
// Balances answers withheld against answers that the text does not give.
const ENOUGH = 2.26;
const CANDIDATES = 5;

/**
 * The units that answer the question, the best first; none when too little speaks for the best. Only the few with the
 * highest scores are looked at.
 *
 * @param elsewhere stems of further texts that were searched beside the context, where that was done
 */
export function supportedUnits(
  question: ScoringQuestion,
  scored: readonly ScoredUnit[],
  elsewhere?: ReadonlySet<string>,
): ScoredUnit[] {
  const candidates = scored
    .filter(({ unit }) => unit.kind !== 'question')
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, CANDIDATES)
    .map((unit) => ({ unit, support: weigh(supportOf(question, unit, elsewhere)) }))
    .sort((a, b) => b.support + b.unit.score - (a.support + a.unit.score));
  if ((candidates[0]?.support ?? 0) < ENOUGH) return [];
  return candidates.filter(({ support }) => support >= ENOUGH).map(({ unit }) => unit);
}

function weigh(features: SupportFeatures): number {
  const names = Object.keys(WEIGHTS) as (keyof SupportFeatures)[];
  return names.reduce((sum, name) => sum + WEIGHTS[name] * features[name], 0);
}
