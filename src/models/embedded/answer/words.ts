import { stemmer } from 'stemmer';
import { BASE_FORMS } from './irregular-forms.ts';
import { numberOf } from './numbers.ts';
import { STOP_WORDS } from './stop-words.ts';

/** A word of a text, with what tells it apart from others. */
export interface Word {
  /** As written, lower case, without diacritics or possessive. */
  readonly lower: string;
  /** What is compared: a stem, or the digits of a number however it was written. */
  readonly stem: string;
  /** In UTF-16 code units of the text, the end not included. */
  readonly start: number;
  readonly end: number;
  readonly isNumber: boolean;
  /** Begins with a capital letter. */
  readonly isCapitalised: boolean;
  readonly isStop: boolean;
}

const WORD = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)?|\p{N}+(?:[.,]\p{N}+)*(?:\p{L}+)?/gu;
const DIACRITICS = /\p{Mn}/gu;
const POSSESSIVE = /['’]s?$/u;

/**
 * The words of a text in order; hyphenated words count as their parts.
 *
 * @example wordsOf('Dr. Ruiz began 1,200 visits').map((word) => word.stem) // ['dr', 'ruiz', 'begin', '1200', 'visit']
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const written = match[0];
    const lower = fold(written);
    const number = numberOf(lower);
    words.push({
      lower,
      stem: number ?? stemOf(lower),
      start: match.index,
      end: match.index + written.length,
      isNumber: number !== undefined,
      isCapitalised: /^\p{Lu}/u.test(written),
      isStop: number === undefined && STOP_WORDS.has(lower),
    });
  }
  return words;
}

/** Lower case, without diacritics and without a possessive ending. */
export function fold(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(DIACRITICS, '').replace(POSSESSIVE, '');
}

/** British spellings in the American form, so that both stand for each other. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/(?<=\p{L}{3})our(?=s$|ed$|ing$|al$|able$|$)/u, 'or'],
  [/(?<=\p{L}{3})is(?=ations?$|e[sdr]?$|ing$|ers$)/u, 'iz'],
  [/(?<=\p{L}{2})yse(?=[sdr]?$)/u, 'yze'],
  [/ae(?=m|d|st|sth)/u, 'e'],
  [/^oe(?=d|s)|(?<=rrh)oe/u, 'e'],
  [/(?<=\p{L}{2}[bt])re$/u, 'er'],
];

/** The base form of an irregular one, else the folded word itself, in American spelling. */
export function baseOf(lower: string): string {
  const irregular = BASE_FORMS.get(lower);
  if (irregular !== undefined || lower.length < 5) return irregular ?? lower;
  return SPELLINGS.reduce((word, [spelling, american]) => word.replace(spelling, american), lower);
}

/** The stem of a folded word; irregular forms go by their base form. */
export function stemOf(lower: string): string {
  return stemmer(baseOf(lower));
}
