import type { ContextEvidence, UnitEvidence } from './evidence.ts';
import type { Question } from './question.ts';

/** Whether a sentence was cut off at its beginning or its end. */
export function isFragment({ kind, text }: UnitEvidence): boolean {
  return kind === 'sentence' && (/^\p{Ll}/u.test(text) || !/[.!?:;…。！？]['"”’»)\]]*$/u.test(text));
}

/** Whether a heading has no other words than the question. */
export function titles({ stems }: UnitEvidence, asked: ReadonlySet<string>): boolean {
  const words = [...stems].filter((stem) => !stem.startsWith('#') && !/^\p{N}/u.test(stem));
  return words.length > 1 && words.every((stem) => asked.has(stem));
}

const COPULA = /^(?:is|are|was|were|include|includes|will)$/;
const COPULA_REACH = 7;

/** The first term of `what is the PURPOSE of the study`, before `is` in the unit. */
export function statesTerm({ core, terms }: Question, { words, text }: UnitEvidence): boolean {
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
export function namesDoer({ core, terms }: Question, { words }: UnitEvidence): boolean {
  const [verb] = terms;
  if (verb === undefined || !ACTIVE.test(core)) return false;
  return words.some(
    (word, at) => word.lower === 'by' && words.slice(Math.max(0, at - 3), at).some((near) => near.stem === verb.stem),
  );
}

/** A table row with a number under a heading that names what is counted. */
export function countsInColumn(question: Question, context: ContextEvidence, unit: UnitEvidence): boolean {
  const above = unit.leadIn === undefined ? undefined : context.units[unit.leadIn];
  if (unit.kind !== 'row' || question.counted === undefined || !above?.stems.has(question.counted)) return false;
  return unit.words.some((word) => word.isNumber);
}

const DEFINES =
  /^(?:\S+\s){0,6}?(?:(?:is|are|was|were)(?: \w+ly)? (?:an?|the|one|any)|means?|refers? to|denotes?|stands for|(?:is|are) (?:defined|known) as)\b/i;
const OPENING_WORDS = 6;
const LABEL_END = /:\s|\s[—–-]\s/;

/** Whether a unit says what the question's term is: in a sentence, behind a label, or by spelling it out. */
export function definesTerm(question: Question, unit: UnitEvidence): boolean {
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
