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

/** The base form of an irregular one, else the folded word itself. */
export function baseOf(lower: string): string {
  return BASE_FORMS.get(lower) ?? lower;
}

/** The stem of a folded word; irregular forms go by their base form. */
export function stemOf(lower: string): string {
  return stemmer(baseOf(lower));
}
