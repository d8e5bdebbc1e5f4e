import { expressionsIn } from './expressions.ts';
import { BACK_REFERENCES, CLASS_NOUNS } from './stop-words.ts';
import type { TextUnit } from './text-units.ts';
import type { WordVectors } from './word-vectors.ts';
import { baseOf, type Word, wordsOf } from './words.ts';

const OPENING_WORDS = 7;

/** A unit as it is compared with a question. */
export interface UnitEvidence extends TextUnit {
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
  readonly vector: Float32Array;
  /** Index of its passage's first unit. */
  readonly first: number;
  /** Index of the unit before it in its passage. */
  readonly previous: number | undefined;
  /** Whether it opens with a word such as `it` or `these`. */
  readonly refersBack: boolean;
  /** Stems of what its passage is about beside its own words. */
  readonly about: ReadonlySet<string>;
  /** Index of the nearest earlier unit of its passage that does not refer back, when it does itself. */
  readonly referent: number | undefined;
}

/** All that an answer can be drawn from, prepared once for a question. */
export interface ContextEvidence {
  readonly units: readonly UnitEvidence[];
  /** Every stem and mark of the context. */
  readonly stems: ReadonlySet<string>;
  /** Every content stem of the context, with one of its spellings. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Stems that stand capitalised inside a sentence: names, however the question writes them. */
  readonly names: ReadonlySet<string>;
  /** Initials of runs of words, with the stem of each run's last word: `cfo` of `chief financial officer`. */
  readonly acronyms: ReadonlyMap<string, ReadonlySet<string>>;
  /** 0–1: how few of the units hold a stem; 1 for a stem that none holds. */
  distinctnessOf(stem: string): number;
}

/** @param about of each passage, what it is about beside its own words */
export function readContext(
  units: readonly TextUnit[],
  vectors: WordVectors,
  about: readonly string[] = [],
): ContextEvidence {
  const evidence: UnitEvidence[] = [];
  const subjects = about.map((text) => wordsOf(text).filter((word) => !word.isStop));
  const subjectStems = subjects.map((words) => new Set(words.map(({ stem }) => stem)));
  for (const unit of units) {
    evidence.push({ ...readUnit(unit, evidence, vectors), about: subjectStems[unit.passage] ?? NOTHING });
  }
  const frequencies = new Map<string, number>();
  for (const { stems } of evidence) for (const stem of stems) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  const rarest = Math.log(1 + units.length) || 1;
  return {
    units: evidence,
    stems: new Set(frequencies.keys()),
    spellings: spellingsOf([...evidence, ...subjects.map((words) => ({ words }))]),
    names: namesOf(evidence),
    acronyms: acronymsOf(evidence),
    distinctnessOf: (stem) => Math.min(1, Math.log((1 + units.length) / (frequencies.get(stem) ?? 1)) / rarest),
  };
}

const NOTHING: ReadonlySet<string> = new Set();

function readUnit(unit: TextUnit, before: readonly UnitEvidence[], vectors: WordVectors): Omit<UnitEvidence, 'about'> {
  const words = wordsOf(unit.text);
  const last = before.at(-1);
  const previous = last?.passage === unit.passage ? before.length - 1 : undefined;
  const refersBack = words.slice(0, OPENING_WORDS).some((word) => BACK_REFERENCES.has(word.lower)) || namesClass(words);
  return {
    ...unit,
    words,
    stems: new Set([...words.filter((word) => !word.isStop).map((word) => word.stem), ...expressionsIn(unit.text)]),
    vector: vectors.vectorOf(unit.text),
    first: previous === undefined ? before.length : (last?.first ?? 0),
    previous,
    refersBack,
    referent: refersBack && previous !== undefined ? (last?.referent ?? previous) : undefined,
  };
}

/** `The drug is …`, `This species …`: what came before, by the class of things it belongs to. */
function namesClass(words: readonly Word[]): boolean {
  const [article, noun] = words;
  return article?.lower === 'the' && noun !== undefined && CLASS_NOUNS.has(noun.lower);
}

function spellingsOf(units: readonly Pick<UnitEvidence, 'words'>[]): Map<string, string> {
  const spellings = new Map<string, string>();
  for (const { words } of units)
    for (const word of words) if (!word.isStop) spellings.set(word.stem, baseOf(word.lower));
  return spellings;
}

function namesOf(units: readonly UnitEvidence[]): Set<string> {
  const names = new Set<string>();
  for (const { words, text } of units) {
    if (!/\p{Ll}/u.test(text)) continue;
    for (const [index, word] of words.entries())
      if (index > 0 && word.isCapitalised && !word.isStop) names.add(word.stem);
  }
  return names;
}

const SHORTEST_ACRONYM = 3;
const LONGEST_ACRONYM = 6;

function acronymsOf(units: readonly UnitEvidence[]): Map<string, Set<string>> {
  const acronyms = new Map<string, Set<string>>();
  for (const { words } of units) {
    const long = words.filter((word) => !word.isStop && !word.isNumber);
    for (const at of long.keys()) {
      for (let length = SHORTEST_ACRONYM; length <= LONGEST_ACRONYM; length += 1) {
        const run = long.slice(at, at + length);
        const last = run.at(-1);
        if (run.length < length || last === undefined) break;
        const initials = run.map((word) => word.lower.charAt(0)).join('');
        acronyms.set(initials, (acronyms.get(initials) ?? new Set()).add(last.stem));
      }
    }
  }
  return acronyms;
}
