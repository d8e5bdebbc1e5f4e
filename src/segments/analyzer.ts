import { stemmer } from 'stemmer';

/** Of English, the words that say least: the list of Lucene's EnglishAnalyzer. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to ' +
    'was will with'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{N}\p{M}]+)*/gu;
const NOT_ASCII = /[^\0-\x7f]/;
const COMBINING_MARKS = /[\u0300-\u036f]/g;
/** Scripts written without spaces, which are indexed as pairs of neighbouring characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const LONGEST_TERM = 64;
const STEMS_KEPT = 200_000;

/** A word as it stood and the terms it is indexed by: none for a stop word, usually one, several for unspaced scripts. */
export interface Word {
  readonly text: string;
  readonly terms: readonly string[];
}

export interface Analyzer {
  /** The terms of a text in their order, stop words left out. */
  terms(text: string): string[];
  words(text: string): Word[];
}

/**
 * Text to terms: letters and digits of any script, lower case, without accents, stemmed by Porter's algorithm (M. F. Porter,
 * An algorithm for suffix stripping, 1980). It remembers the stems it has made.
 *
 * @example createAnalyzer().terms("The trial's phases") // ['trial', 'phase']
 */
export function createAnalyzer(): Analyzer {
  const known = new Map<string, readonly string[]>();

  function termsOf(word: string): readonly string[] {
    let terms = known.get(word);
    if (terms === undefined) {
      terms = termsOfWord(word);
      if (known.size >= STEMS_KEPT) known.clear();
      known.set(word, terms);
    }
    return terms;
  }

  return {
    terms(text) {
      const terms: string[] = [];
      for (const word of fold(text).match(WORD) ?? []) {
        for (const term of termsOf(word)) terms.push(term);
      }
      return terms;
    },
    words: (text) => (fold(text).match(WORD) ?? []).map((word) => ({ text: word, terms: termsOf(word) })),
  };
}

function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!NOT_ASCII.test(lower)) return lower;
  return lower.normalize('NFKD').replace(COMBINING_MARKS, '').normalize('NFC');
}

function termsOfWord(word: string): readonly string[] {
  if (NOT_ASCII.test(word)) {
    const runs = word.match(UNSPACED);
    if (runs) return [...runs.flatMap(pairs), ...word.split(UNSPACED).flatMap(stemmed)];
  }
  return stemmed(word);
}

function stemmed(word: string): readonly string[] {
  const bare = /['’]s$/.test(word) ? word.slice(0, -2) : word;
  if (bare === '' || STOP_WORDS.has(bare)) return [];
  return [bare.length > LONGEST_TERM ? bare.slice(0, LONGEST_TERM) : stemmer(bare)];
}

function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}
