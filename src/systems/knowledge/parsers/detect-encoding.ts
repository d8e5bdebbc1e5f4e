import { LANGUAGE_PROFILES, type LanguageProfile } from './language-profiles.ts';
import { decodeWindows1252, isWindows1252 } from './windows-1252.ts';

const SAMPLE = 65_536;
const BEFORE = 256;
const MOST_WORDS = 4000;
/** What Windows-1252 is not given up for. */
const MARGIN = 0.05;
const LEAST_SURE = 0.45;
const WORD = /[\p{L}\p{M}]+/gu;
const NOT_ASCII = /[^\0-\x7f]/;
/** Symbols that texts of all of these languages hold. */
const USUAL_SYMBOLS = /[\u00a0«»„“”‘’‚–—…•°§№€£©®™·×±¿¡ªº\u200c-\u200f]/;
const SYMBOL = /[^\0-\x7f\p{L}\p{M}]/gu;

/**
 * The likeliest encoding of bytes that are not UTF-8 or UTF-16: of the multi-byte ones of East Asia by how many of their
 * characters are frequent there, of the 8-bit ones by how well words fit a language (`language-profiles.ts`).
 */
export function detectEncoding(bytes: Uint8Array): string {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  if (first < 0) return 'windows-1252';
  const start = Math.max(0, first - BEFORE);
  const sample = bytes.subarray(start, start + SAMPLE);
  return detectMultiByte(sample) ?? detectSingleByte(sample);
}

/** Which bytes begin a frequent character, in an encoding of two-byte characters. */
interface MultiByteEncoding {
  readonly name: string;
  isFrequent(lead: number, trail: number): boolean;
}

const MULTI_BYTE: readonly MultiByteEncoding[] = [
  // Kana, then kanji of JIS level 1.
  { name: 'shift_jis', isFrequent: (lead) => lead === 0x82 || lead === 0x83 || (lead >= 0x88 && lead <= 0x97) },
  { name: 'gb18030', isFrequent: (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 },
  { name: 'big5', isFrequent: (lead) => lead >= 0xa4 && lead <= 0xc6 },
];
const FREQUENT = 0.8;
/** Japanese has as many kana among its characters; hardly any Chinese or Korean text has. */
const KANA = 0.15;
/** Korean hangul have these first bytes, Chinese characters a wider range. */
const HANGUL = 0.93;
const LEAST_PAIRS = 2;

function detectMultiByte(sample: Uint8Array): string | undefined {
  const scored = MULTI_BYTE.filter(({ name }) => isValid(sample, name)).map(({ name, isFrequent }) => {
    const pairs = pairsOf(sample, name);
    return {
      name,
      pairs,
      share: shareOf(pairs, ([lead, trail]) => isFrequent(lead, trail) || isPunctuation(name, lead)),
    };
  });
  const best = scored.toSorted((one, other) => other.share - one.share)[0];
  const extended = extendedUnix(sample);
  if (extended) return extended;
  if (!best || best.share < FREQUENT || best.pairs.length < LEAST_PAIRS) return undefined;
  return best.name;
}

/** EUC-JP and EUC-KR, which share their bytes with GB2312. */
function extendedUnix(sample: Uint8Array): string | undefined {
  if (!isValid(sample, 'gb18030') && !isValid(sample, 'euc-jp')) return undefined;
  const pairs = pairsOf(sample, 'gb18030').filter(([lead, trail]) => lead >= 0xa1 && trail >= 0xa1);
  if (pairs.length < LEAST_PAIRS || pairs.length < FREQUENT * pairsOf(sample, 'gb18030').length) return undefined;
  if (shareOf(pairs, ([lead]) => lead === 0xa4 || lead === 0xa5) >= KANA && isValid(sample, 'euc-jp')) return 'euc-jp';
  const characters = pairs.filter(([lead]) => lead >= 0xb0);
  const isKorean = characters.length >= LEAST_PAIRS && shareOf(characters, ([lead]) => lead <= 0xc8) >= HANGUL;
  return isKorean && isValid(sample, 'euc-kr') ? 'euc-kr' : undefined;
}

function isPunctuation(name: string, lead: number): boolean {
  return lead === (name === 'shift_jis' ? 0x81 : 0xa1) || (name === 'gb18030' && lead === 0xa3);
}

type Pair = readonly [lead: number, trail: number];

/** The bytes two by two from each that is not ASCII; a half-width katakana of Shift-JIS is a pair by itself. */
function pairsOf(sample: Uint8Array, name: string): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index < sample.length; index += 1) {
    const lead = sample[index] ?? 0;
    if (lead < 0x80) continue;
    const isAlone = name === 'shift_jis' && lead >= 0xa1 && lead <= 0xdf;
    if (!isAlone) index += 1;
    if (index < sample.length) pairs.push([lead, isAlone ? 0 : (sample[index] ?? 0)]);
  }
  return pairs;
}

function shareOf(pairs: readonly Pair[], fits: (pair: Pair) => boolean): number {
  return pairs.length === 0 ? 0 : pairs.filter(fits).length / pairs.length;
}

function isValid(sample: Uint8Array, encoding: string): boolean {
  try {
    // The sample may end inside a character.
    new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function detectSingleByte(sample: Uint8Array): string {
  const texts = new Map<string, Sampled>();
  let best = 'windows-1252';
  let bestScore = LEAST_SURE - MARGIN;
  for (const profile of LANGUAGE_PROFILES) {
    for (const encoding of profile.encodings) {
      const text = texts.get(encoding) ?? sampled(sample, encoding);
      texts.set(encoding, text);
      const score = plausibility(text, profile);
      if (score > bestScore + MARGIN || (score > bestScore && encoding === best)) [best, bestScore] = [encoding, score];
    }
  }
  return best;
}

interface Sampled {
  /** Those with letters beyond ASCII. */
  readonly words: readonly string[];
  readonly oddSymbols: number;
}

function sampled(sample: Uint8Array, encoding: string): Sampled {
  const text = isWindows1252(encoding) ? decodeWindows1252(sample) : new TextDecoder(encoding).decode(sample);
  const words = (text.match(WORD) ?? []).filter((word) => NOT_ASCII.test(word)).slice(0, MOST_WORDS);
  const symbols = (text.match(SYMBOL) ?? []).slice(0, MOST_WORDS);
  return { words, oddSymbols: symbols.filter((symbol) => !USUAL_SYMBOLS.test(symbol)).length };
}

/** From 1, as texts of the language look, down to nothing and below. */
function plausibility({ words, oddSymbols }: Sampled, profile: LanguageProfile): number {
  const sum = words.reduce((total, word) => total + fitOf(word, profile), 0);
  return words.length === 0 ? 0 : (sum - oddSymbols) / words.length;
}

function fitOf(word: string, { script, letters }: LanguageProfile): number {
  const beyond = [...word].filter((letter) => letter > '\x7f');
  const isMixed = beyond.length < word.length;
  if (/\p{Ll}\p{Lu}/u.test(word)) return -1;
  if (script === undefined && beyond.length > Math.max(2, word.length / 2)) return -1;
  if (script !== undefined && isMixed) return -1;
  // Hebrew taken for Cyrillic is all capitals.
  const isKnown = (letter: string, index: number): boolean =>
    letters.includes(letter) || ((index === 0 || script === undefined) && letters.includes(letter.toLowerCase()));
  const known = beyond.filter(isKnown).length / beyond.length;
  if (script === undefined) return 2 * known - 1;
  return new RegExp(`^\\p{Script=${script}}+$`, 'u').test(word.replace(/\p{M}/gu, '')) ? 0.4 + 0.6 * known : -1;
}
