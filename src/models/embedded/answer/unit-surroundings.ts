import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import type { WeighedTerm } from './term-matches.ts';

const HEADING_SHARE = 0.75;
const LEAD_IN_SHARE = 0.9;
const REFERRED_SHARE = 0.85;
const PREVIOUS_SHARE = 0.5;
const PASSAGE_SHARE = 0.55;
const EARLIER_SHARE = 0.35;
// Of what the document or section is about, where the passage does not say it again.
const ABOUT_SHARE = 0.8;
// How many sentences back a subject is still remembered.
const EARLIER_REACH = 6;

/** By stem: how well a unit, or what it stands under, follows or refers to, holds each term. */
export function windowStrengthsOf(
  terms: readonly WeighedTerm[],
  context: ContextEvidence,
  index: number,
): Map<string, number> {
  const unit = unitAt(context, index);
  const around = surroundings(context, index);
  const earlier = context.units.slice(Math.max(unit.first, index - EARLIER_REACH), index);
  return new Map(
    terms.map((term) => [
      term.stem,
      Math.max(
        strengthIn(term, unit),
        ...around.map(({ unit: other, share }) => share * strengthIn(term, other)),
        ...earlier.map((other) => EARLIER_SHARE * strengthIn(term, other)),
        ABOUT_SHARE * strengthAmong(term, unit.about),
      ),
    ]),
  );
}

/** What a unit is read together with, and how much of it counts. */
export function surroundings(context: ContextEvidence, index: number): { unit: UnitEvidence; share: number }[] {
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

/** How well a unit alone holds a term, 0–1. */
export function strengthIn(term: WeighedTerm, unit: UnitEvidence): number {
  return strengthAmong(term, unit.stems);
}

function strengthAmong(term: WeighedTerm, stems: ReadonlySet<string>): number {
  let best = 0;
  for (const [stem, strength] of term.equivalents) if (strength > best && stems.has(stem)) best = strength;
  return best;
}

export function unitAt(context: ContextEvidence, index: number): UnitEvidence {
  const unit = context.units[index];
  if (unit === undefined) throw new RangeError(`No unit ${index}`);
  return unit;
}
