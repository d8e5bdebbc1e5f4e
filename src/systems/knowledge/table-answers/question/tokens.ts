import { stemmer } from 'stemmer';

/** A word, number or sign of a question. */
export interface Token {
  /** As written. */
  readonly text: string;
  /** Lower case, without accents. */
  readonly word: string;
  readonly stem: string;
  /** Where it is a number: `1,200` is 1200, `5k` 5000, `three` 3. */
  readonly number?: number;
}

const TOKEN =
  /\d{4}-\d{2}-\d{2}|[$€£]?\d[\d,]*(?:\.\d+)?(?:%|[km]\b)?|[\p{L}\p{M}\d]+(?:['’](?!s\b)[\p{L}]+)?|[<>=!]=?/giu;
const POSSESSIVE = /['’]s\b/g;
const COMBINING_MARKS = /[\u0300-\u036f]/g;
const NUMBER = /^[$€£]?(\d[\d,]*(?:\.\d+)?)(%|[km])?$/i;
const SCALES: Readonly<Record<string, number>> = { '%': 0.01, k: 1_000, m: 1_000_000 };
const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const CASE_BORDER = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;

export function readTokens(question: string): Token[] {
  return Array.from(question.replace(POSSESSIVE, '').matchAll(TOKEN), ([text]) => tokenOf(text));
}

function tokenOf(text: string): Token {
  const word = fold(text);
  const number = numberOf(word);
  return { text, word, stem: stemOf(word), ...(number !== undefined && { number }) };
}

/** What columns and months are shortened to, by the stems of what they mean. */
const SHORT: Readonly<Record<string, string>> = {
  ...{
    temp: 'temperatur',
    qty: 'quantiti',
    amt: 'amount',
    pct: 'percent',
    dept: 'depart',
    yr: 'year',
    dist: 'distanc',
  },
  ...{ dest: 'destin', arr: 'arriv', dep: 'departur', avg: 'averag', num: 'number', wt: 'weight', ht: 'height' },
  ...{ jan: 'januari', feb: 'februari', mar: 'march', apr: 'april', jun: 'june', jul: 'juli', aug: 'august' },
  ...{ sep: 'septemb', sept: 'septemb', oct: 'octob', nov: 'novemb', dec: 'decemb', women: 'femal', woman: 'femal' },
  ...{ men: 'male', man: 'male' },
};

/** The stems of a name's words: `purchase_date`, `PurchaseDate` and `Purchase dates` are the same. */
export function stemsOf(name: string): string[] {
  const words = name.replace(CASE_BORDER, ' ').match(/[\p{L}\p{M}]+|\d+(?:\.\d+)?/gu) ?? [];
  return words.map((word) => stemOf(fold(word)));
}

export function stemOf(word: string): string {
  const stem = /^[a-z]{3,}$/.test(word) ? stemmer(word) : word;
  return (Object.hasOwn(SHORT, word) ? SHORT[word] : undefined) ?? stem;
}

/** A name as one word: `PurchaseDate` is `purchasedate`. */
export function joinedName(name: string): string {
  return stemOf(fold(name).replace(/[^\p{L}\d]/gu, ''));
}

function fold(text: string): string {
  return text.normalize('NFD').replace(COMBINING_MARKS, '').toLowerCase();
}

function numberOf(word: string): number | undefined {
  const named = NUMBER_WORDS.indexOf(word);
  // `one` is said for other things too often.
  if (named >= 0 && word !== 'one') return named;
  const [, digits, scale] = NUMBER.exec(word) ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(',', '')) * (SCALES[scale ?? ''] ?? 1);
}
