import type { ScoredUnit, ScoringQuestion } from './score-units.ts';
import type { WeighedTerm } from './term-matches.ts';

/** What speaks for the context answering the question at all, seen from its best unit. */
export interface SupportFeatures {
  readonly own: number;
  readonly window: number;
  readonly similarity: number;
  /** How well the unit holds the kind of thing that is asked for, and whether it lacks one that has a form. */
  readonly kind: number;
  readonly kindMissing: number;
  readonly pairs: number;
  readonly mass: number;
  /** Importance, 0–1, of the weightiest name, number, predicate and other term that the context does not hold at all. */
  readonly absentName: number;
  readonly absentNumber: number;
  readonly absentPredicate: number;
  readonly absentContent: number;
  /** The same for what is not around the best unit. */
  readonly missingName: number;
  readonly missingNumber: number;
  readonly missingPredicate: number;
  readonly missingContent: number;
  readonly absentFocus: number;
  /** Share of the terms' weight that the context as a whole holds. */
  readonly context: number;
}

type Presence = (term: WeighedTerm) => number;

export function supportOf(question: ScoringQuestion, best: ScoredUnit): SupportFeatures {
  const terms = question.weighed.filter((term) => term.role !== 'aside' && term.role !== 'frame');
  const total = terms.reduce((sum, term) => sum + term.weight, 0) || 1;
  const anywhere: Presence = (term) => Math.max(0, ...term.equivalents.values());
  const nearby: Presence = (term) => best.windowStrengths.get(term.stem) ?? 0;
  const worst = (of: (term: WeighedTerm) => boolean, presence: Presence): number =>
    Math.max(0, ...terms.filter(of).map((term) => term.importance * (1 - presence(term))));
  const isName = (term: WeighedTerm): boolean => term.role === 'name';
  const isNumber = (term: WeighedTerm): boolean => term.role === 'number';
  const isPredicate = (term: WeighedTerm): boolean => term.predicate && term.role === 'content';
  const isContent = (term: WeighedTerm): boolean => !term.predicate && term.role === 'content';
  const { own, window, similarity, kind, pairs } = best.features;
  return {
    own,
    window,
    similarity,
    kind,
    kindMissing: best.features.kindMissing,
    pairs,
    mass: Math.min(1, terms.reduce((sum, term) => sum + term.weight * nearby(term), 0) / 4),
    absentName: worst(isName, anywhere),
    absentNumber: worst(isNumber, anywhere),
    absentPredicate: worst(isPredicate, anywhere),
    absentContent: worst(isContent, anywhere),
    missingName: worst(isName, nearby),
    missingNumber: worst(isNumber, nearby),
    missingPredicate: worst(isPredicate, nearby),
    missingContent: worst(isContent, nearby),
    absentFocus: worst((term) => term.role === 'focus', anywhere),
    context: terms.reduce((sum, term) => sum + term.weight * anywhere(term), 0) / total,
  };
}

/**
 * Weights of a logistic regression, rounded: fitted on questions with an answer in their text, the same questions put to
 * another text of the same subject, and questions with one word replaced.
 */
const WEIGHTS: Readonly<Record<keyof SupportFeatures, number>> = {
  own: 0.65,
  window: 1.35,
  similarity: 1.65,
  kind: 0.5,
  kindMissing: -1.75,
  pairs: 0.1,
  mass: 0.7,
  absentName: -1.45,
  absentNumber: -0.45,
  absentPredicate: -0.5,
  absentContent: -1.4,
  missingName: -1.1,
  missingNumber: -0.5,
  missingPredicate: -0.35,
  missingContent: -0.2,
  absentFocus: 0.2,
  context: 1.95,
};
// Balances answers withheld against answers that the text does not give.
const ENOUGH = 3.5;

/** Whether the context answers the question, seen from its best unit. */
export function isSupported(question: ScoringQuestion, best: ScoredUnit): boolean {
  const features = supportOf(question, best);
  const names = Object.keys(WEIGHTS) as (keyof SupportFeatures)[];
  return names.reduce((sum, name) => sum + WEIGHTS[name] * features[name], 0) >= ENOUGH;
}
