import { dot } from '../../vectors.ts';
import type { ContextEvidence } from './evidence.ts';
import type { ScoredUnit } from './score-units.ts';
import type { UnitFeatures } from './unit-features.ts';

const NO_FEATURES: UnitFeatures = {
  own: 0,
  window: 0,
  similarity: 0,
  windowSimilarity: 0,
  kind: 0,
  kindMissing: 0,
  pairs: 0,
  proximity: 0,
  novelty: 0,
  defines: 0,
  states: 0,
  isHeading: 0,
  isQuestion: 0,
  underQuestion: 0,
  passageRank: 0,
  isFragment: 0,
};
const OPENING_BONUS = 0.15;

/** Ranks units by how much they say of the whole: their likeness to its centre, and whether they open it. */
export function summarize({ units }: ContextEvidence): ScoredUnit[] {
  const centre = new Float32Array(units[0]?.vector.length ?? 0);
  for (const { vector } of units) for (const [at, value] of vector.entries()) centre[at] = (centre[at] ?? 0) + value;
  const norm = Math.sqrt(dot(centre, centre)) || 1;
  const scored = units.map((unit, index) => {
    const score = dot(centre, unit.vector) / norm + (unit.first === index ? OPENING_BONUS : 0);
    return { index, unit, features: NO_FEATURES, windowStrengths: new Map<string, number>(), score };
  });
  return scored
    .filter(({ unit }) => unit.kind === 'sentence' || unit.kind === 'item')
    .sort((a, b) => b.score - a.score);
}
