import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import { featuresOf, type ScoringQuestion, type UnitFeatures } from './unit-features.ts';
import { windowStrengthsOf } from './unit-surroundings.ts';

export interface ScoredUnit {
  readonly index: number;
  readonly unit: UnitEvidence;
  readonly features: UnitFeatures;
  /** By stem: how well the unit or its surroundings hold each term. */
  readonly windowStrengths: ReadonlyMap<string, number>;
  readonly score: number;
}

/** Tuned by hand on questions with known answers; a fit of the same form (softmax over the units) ends close by. */
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
/** Scores every unit of the context; the order is that of the text. */
export function scoreUnits(question: ScoringQuestion, context: ContextEvidence): ScoredUnit[] {
  return context.units.map((unit, index) => {
    const windowStrengths = windowStrengthsOf(question.weighed, context, index);
    const features = featuresOf(question, context, index, windowStrengths);
    const score = (Object.keys(WEIGHTS) as (keyof UnitFeatures)[]).reduce(
      (sum, name) => sum + WEIGHTS[name] * features[name],
      0,
    );
    return { index, unit, features, windowStrengths, score };
  });
}
