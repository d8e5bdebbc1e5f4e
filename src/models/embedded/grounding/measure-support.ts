import { sentenceSpans } from '../../../core/sentences.ts';
import type { TokenEncoder } from '../../../segments/contract.ts';
import { dot } from '../../vectors.ts';
import { areContrasts } from '../answer/contrasts.ts';
import { oppositesOf, synonymsOf } from '../answer/synonyms.ts';
import { createWordVectors, type WordVectors } from '../answer/word-vectors.ts';
import { baseOf } from '../answer/words.ts';
import { readStatement, type Statement, type Term } from './statements.ts';

/** One sentence of an answer and the texts that it may have been taken from. */
export interface SentenceToSupport {
  readonly text: string;
  readonly sources: readonly string[];
}

/** How well sources bear out a sentence: 0 not at all, 1 word for word. */
export interface SentenceSupport {
  /** By all sources together. */
  readonly support: number;
  /** By each source alone, in order. */
  readonly bySource: readonly number[];
}

export type SupportMeasure = (sentences: readonly SentenceToSupport[]) => readonly SentenceSupport[];

// A term whose vector is this close to one of the source's counts for as much; what is further counts for nothing.
const SYNONYM_COSINE = 0.5;
const SYNONYM_STRENGTH = 0.8;
const SHARED_PREFIX = 5;
const COVERAGE_SHARE = 0.75;
// What remains of the support where the source says otherwise.
const NUMBER_MISSING = 0.3;
const NUMBER_ELSEWHERE = 0.6;
const NAME_MISSING = 0.45;
const NEGATED = 0.35;
const CONTRASTED = 0.4;
const MOST_WINDOWS = 2_000;
// How many words around a number must agree in one.
const REACH = 4;

/** A sentence of a source, or two neighbours read as one. */
interface Window extends Statement {
  readonly parts?: readonly Statement[];
}

/**
 * Measures how well sources bear out the sentences of an answer, without a model that reasons: the share of the sentence's
 * words (by rarity; stems, synonyms, near words by the static model) that one or two neighbouring sentences of a source hold,
 * and the likeness of both as a whole. A number or name that the source does not have, a number that stands with other words
 * there, a negation on one side alone and words that exclude each other take most of it away.
 *
 * The features are those of lexical entailment baselines (Dagan et al., Recognizing Textual Entailment, 2006).
 */
export function createSupportMeasure(encoder: TokenEncoder): SupportMeasure {
  const vectors = createWordVectors(encoder);
  return (sentences) => {
    const windows = new Map<string, readonly Window[]>();
    const windowsOf = (source: string): readonly Window[] => {
      const known = windows.get(source) ?? readWindows(source, vectors);
      windows.set(source, known);
      return known;
    };
    return sentences.map(({ text, sources }) => supportOf(text, sources.map(windowsOf), vectors));
  };
}

function supportOf(text: string, sources: readonly (readonly Window[])[], vectors: WordVectors): SentenceSupport {
  const sentence = readStatement(text, vectors);
  // Without a word there is nothing to bear out.
  if (sentence.terms.length === 0) return { support: 1, bySource: sources.map(() => 1) };
  const best = sources.map((windows) => bestWindow(sentence, windows, vectors));
  const bySource = best.map(({ score }) => score);
  const alone = Math.max(0, ...bySource);
  return { support: Math.max(alone, together(sentence, best, vectors)), bySource };
}

/** A sentence that puts two sources together is borne out by the best part of each, read as one. */
function together(sentence: Statement, best: readonly Scored[], vectors: WordVectors): number {
  const parts = best.flatMap(({ window }) => window ?? []);
  if (parts.length < 2) return 0;
  return scoreOf(sentence, readStatement(parts.map(({ text }) => text).join(' '), vectors), vectors);
}

interface Scored {
  readonly score: number;
  readonly window?: Window;
}

function bestWindow(sentence: Statement, windows: readonly Window[], vectors: WordVectors): Scored {
  let best: Scored = { score: 0 };
  for (const window of windows) {
    const score = isVerbatim(sentence, window) ? 1 : scoreOf(sentence, window, vectors);
    if (score > best.score) best = { score, window };
  }
  return best;
}

function isVerbatim(sentence: Statement, window: Statement): boolean {
  return plain(window.text).includes(plain(sentence.text));
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Sentences, and each with the next one: a statement is often spread over two. */
function readWindows(source: string, vectors: WordVectors): Window[] {
  const sentences = sentenceSpans(source).slice(0, MOST_WINDOWS);
  const singles = sentences.map(({ start, end }) => readStatement(source.slice(start, end), vectors));
  return singles.flatMap((single, index) => {
    const [from, next, following] = [sentences[index], sentences[index + 1], singles[index + 1]];
    if (!from || !next || !following) return [single];
    const both = readStatement(source.slice(from.start, next.end), vectors);
    return [single, { ...both, parts: [single, following] }];
  });
}

function scoreOf(sentence: Statement, window: Window, vectors: WordVectors): number {
  const strengths = sentence.terms.map((term) => strengthIn(term, window, vectors));
  const total = sentence.terms.reduce((sum, { weight }) => sum + weight, 0);
  const held = sentence.terms.reduce((sum, { weight }, index) => sum + weight * (strengths[index] ?? 0), 0);
  const likeness = Math.max(0, dot(sentence.vector, window.vector));
  const base = COVERAGE_SHARE * (held / total) + (1 - COVERAGE_SHARE) * likeness;
  return Math.min(0.99, base) * agreement(sentence, window, strengths);
}

/** 0–1: how well the term is in the window. */
function strengthIn({ word, isName }: Term, window: Statement, vectors: WordVectors): number {
  if (window.stems.has(word.stem)) return 1;
  if (word.isNumber || isName) return 0;
  let best = 0;
  const vector = vectors.vectorOf(baseOf(word.lower));
  const synonyms = synonymsOf(word.stem);
  for (const other of window.words) {
    if (other.isStop || other.isNumber) continue;
    if (areContrasts(baseOf(word.lower), baseOf(other.lower))) continue;
    if (synonyms.has(other.stem) || isDerived(word.stem, other.stem)) best = Math.max(best, SYNONYM_STRENGTH);
    const cosine = dot(vector, vectors.vectorOf(baseOf(other.lower)));
    if (cosine >= SYNONYM_COSINE) best = Math.max(best, cosine);
  }
  return best;
}

function isDerived(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  return shorter >= SHARED_PREFIX && one.slice(0, shorter) === other.slice(0, shorter);
}

/** What speaks against the window: 1 for nothing. */
function agreement(sentence: Statement, window: Window, strengths: readonly number[]): number {
  let factor = 1;
  for (const [index, { word, at, isName }] of sentence.terms.entries()) {
    const isMissing = (strengths[index] ?? 0) === 0;
    if (word.isNumber) factor = Math.min(factor, isMissing ? NUMBER_MISSING : numberAgreement(sentence, window, at));
    else if (isName && isMissing) factor = Math.min(factor, NAME_MISSING);
    else if (isMissing && isContrasted(word.lower, word.stem, window)) factor = Math.min(factor, CONTRASTED);
  }
  const isNegated = sentence.negations % 2 !== closestPart(sentence, window).negations % 2;
  return isNegated ? factor * NEGATED : factor;
}

/** Whose negation counts: that of the one sentence of a window that shares most with the sentence. */
function closestPart(sentence: Statement, { parts, ...window }: Window): Statement {
  const sharedWith = ({ stems }: Statement): number => sentence.terms.filter(({ word }) => stems.has(word.stem)).length;
  return [...(parts ?? [window])].sort((one, other) => sharedWith(other) - sharedWith(one))[0] ?? window;
}

/** A number that the window has, but beside other words than the sentence, is probably that of something else. */
function numberAgreement(sentence: Statement, window: Statement, at: number): number {
  const stem = sentence.words[at]?.stem;
  const around = neighbours(sentence, at);
  if (around.size === 0) return 1;
  const isBeside = window.words.some(
    (word, place) => word.stem === stem && [...neighbours(window, place)].some((near) => around.has(near)),
  );
  return isBeside ? 1 : NUMBER_ELSEWHERE;
}

/** Stems of the words around a place, the one there left out. */
function neighbours({ words }: Statement, at: number): Set<string> {
  const around = [...words.slice(Math.max(0, at - REACH), at), ...words.slice(at + 1, at + 1 + REACH)];
  return new Set(around.filter(({ isStop }) => !isStop).map(({ stem }) => stem));
}

function isContrasted(lower: string, stem: string, window: Statement): boolean {
  const base = baseOf(lower);
  const opposites = oppositesOf(stem);
  return window.words.some((other) => opposites.has(other.stem) || areContrasts(base, baseOf(other.lower)));
}
