import type { Citation, Passage } from '../../contract.ts';
import { answersReason } from './answer-kinds.ts';
import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import type { Question } from './question.ts';
import type { ScoredUnit } from './score-units.ts';

export interface ComposedAnswer {
  readonly text: string;
  readonly citations: readonly Citation[];
}

const MAX_CHARACTERS = 900;
const MAX_LISTED = 10;
const SAME_SHARE = 0.9;
const LONGEST_LEAD_IN = 200;
// A further sentence is quoted when it scores at least this share of the best one.
const NEAR_BEST = { fact: 0.75, broad: 0.75 };
const MAX_SENTENCES = { fact: 2, broad: 4 };

/**
 * Quotes the best unit and what belongs with it, in the order of the text, with the passages that each part is from.
 *
 * @param ranked the units that may be quoted, the best first; none gives an empty answer
 */
export function composeAnswer(
  question: Question,
  context: ContextEvidence,
  ranked: readonly ScoredUnit[],
  passages: readonly Passage[],
): ComposedAnswer {
  const chosen = chooseUnits(question, context, ranked);
  const parts = chosen.map((index) => context.units[index]).filter((unit) => unit !== undefined);
  return join(parts, passages);
}

function chooseUnits(question: Question, context: ContextEvidence, ranked: readonly ScoredUnit[]): number[] {
  const style = question.several || question.broad ? 'broad' : 'fact';
  const [best] = ranked;
  if (best === undefined) return [];
  const chosen = new Set(withCompanions(question, context, best));
  for (const next of ranked) {
    if (chosen.has(next.index)) continue;
    if (sentencesIn(chosen, context) >= MAX_SENTENCES[style] || next.score < best.score * NEAR_BEST[style]) break;
    if (repeats(next.unit, chosen, context)) continue;
    const grown = [...chosen, next.index];
    if (lengthOf(grown, context) <= MAX_CHARACTERS) chosen.add(next.index);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The best unit with its list, the text under its heading, or the reason that follows it. */
function withCompanions(question: Question, context: ContextEvidence, best: ScoredUnit): number[] {
  const { units } = context;
  const own = [best.index];
  const following = (of: (unit: UnitEvidence) => boolean, limit: number): number[] => {
    const found: number[] = [];
    for (let at = best.index + 1; at < units.length && found.length < limit; at += 1) {
      const unit = units[at];
      if (unit === undefined || unit.passage !== best.unit.passage || !of(unit)) break;
      found.push(at);
    }
    return found;
  };
  if (best.unit.text.endsWith(':')) {
    return bounded([...own, ...following((unit) => unit.leadIn === best.index, MAX_LISTED)], context);
  }
  if (best.unit.kind === 'heading')
    return bounded([...nameBefore(question, best, context), ...own, ...underHeading(best, context)], context);
  if (best.unit.kind === 'item' && !question.several) return [...leadInOf(best, context), best.index];
  if (question.several && best.unit.kind === 'item') return bounded(siblings(best, context), context);
  if (question.kind === 'reason' && !answersReason(best.unit.text)) {
    return [...own, ...following((unit) => unit.kind === 'sentence', 1)];
  }
  return own;
}

function leadInOf({ unit }: ScoredUnit, { units }: ContextEvidence): number[] {
  const leadIn = unit.leadIn === undefined ? undefined : units[unit.leadIn];
  return unit.leadIn === undefined || (leadIn?.text.length ?? 0) > LONGEST_LEAD_IN ? [] : [unit.leadIn];
}

/** A signature: somebody's name stands in the line above the function that is asked for. */
function nameBefore(question: Question, { index, unit }: ScoredUnit, { units }: ContextEvidence): number[] {
  const before = units[index - 1];
  const isName = question.kind === 'name' || question.kind === 'person';
  return isName && before?.kind === 'heading' && before.passage === unit.passage ? [index - 1] : [];
}

/** The list under a heading, or its first sentences. */
function underHeading({ index, unit }: ScoredUnit, { units }: ContextEvidence): number[] {
  const under = units.flatMap((other, at) =>
    at > index && other.heading === index && other.passage === unit.passage ? [at] : [],
  );
  const items = under.filter((at) => units[at]?.kind === 'item').length;
  return under.slice(0, items > 1 ? MAX_LISTED : 2);
}

function siblings({ index, unit }: ScoredUnit, { units }: ContextEvidence): number[] {
  const same = (at: number): boolean => {
    const other = units[at];
    return other?.kind === 'item' && other.passage === unit.passage && other.leadIn === unit.leadIn;
  };
  let first = index;
  while (index - first < MAX_LISTED && same(first - 1)) first -= 1;
  let last = index;
  while (last - first < MAX_LISTED && same(last + 1)) last += 1;
  const items = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return unit.leadIn === undefined ? items : [unit.leadIn, ...items];
}

function bounded(indexes: readonly number[], context: ContextEvidence): number[] {
  let characters = 0;
  return indexes.filter((index, at) => {
    characters += context.units[index]?.text.length ?? 0;
    return at === 0 || characters <= MAX_CHARACTERS;
  });
}

function sentencesIn(chosen: ReadonlySet<number>, { units }: ContextEvidence): number {
  return [...chosen].filter((index) => units[index]?.kind !== 'item' && units[index]?.kind !== 'heading').length;
}

function lengthOf(indexes: readonly number[], { units }: ContextEvidence): number {
  return indexes.reduce((sum, index) => sum + (units[index]?.text.length ?? 0), 0);
}

/** Whether a unit says what a chosen one says already, as overlapping passages do. */
function repeats(unit: UnitEvidence, chosen: ReadonlySet<number>, { units }: ContextEvidence): boolean {
  return [...chosen].some((index) => {
    const other = units[index];
    if (other === undefined) return false;
    const shared = [...unit.stems].filter((stem) => other.stems.has(stem)).length;
    return shared >= SAME_SHARE * Math.min(unit.stems.size, other.stems.size);
  });
}

function join(units: readonly UnitEvidence[], passages: readonly Passage[]): ComposedAnswer {
  let text = '';
  const citations: { start: number; end: number; passageIds: string[] }[] = [];
  for (const unit of units) {
    const part = punctuated(unit);
    const start = text === '' ? 0 : text.length + 1;
    text = text === '' ? part : `${text} ${part}`;
    const passageIds = passagesWith(unit, passages);
    const last = citations.at(-1);
    if (last && last.passageIds.join('\0') === passageIds.join('\0')) last.end = text.length;
    else citations.push({ start, end: text.length, passageIds });
  }
  return { text, citations };
}

/** List items and rows get a full stop, so that the answer reads as sentences. */
function punctuated({ text, kind }: UnitEvidence): string {
  return kind === 'sentence' || /[.!?:;,…]$/.test(text) ? text : `${text}.`;
}

/** Its own passage, and every other that holds the same words. */
function passagesWith(unit: UnitEvidence, passages: readonly Passage[]): string[] {
  const own = passages[unit.passage];
  const others = passages.filter((passage) => passage !== own && squeezed(passage.text).includes(unit.text));
  return [...(own ? [own.id] : []), ...others.map((passage) => passage.id)];
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ');
}
