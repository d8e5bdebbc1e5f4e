import { LoamError } from '../core/errors.ts';
import type { Analyzer, Word } from './analyzer.ts';
import type { Encoder, SearchQuery, TokenEncoder } from './contract.ts';
import { type Corpus, type CorpusTerm, inverseFrequency } from './corpus.ts';
import type { LoadedIndex } from './loaded-index.ts';

/** Of a longer query the rarest terms are kept, so that a page pasted as a query costs no more than a long sentence. */
const TERMS_AT_MOST = 128;
const LIMIT_AT_MOST = 1_000;

/** A term of the query, how often it stands there and its weight in the body. */
export interface QueryTerm extends CorpusTerm {
  readonly count: number;
  readonly weight: number;
}

/** A query as the signals need it. */
export interface ReadQuery {
  /** Distinct, in the order of their first occurrence. */
  readonly terms: readonly QueryTerm[];
  /** All terms in their order, repeated ones too. */
  readonly sequence: readonly string[];
  /** Of length 1, or all zeros when the query says nothing to the embedder; absent in lexical mode. */
  readonly vector?: Float64Array;
}

/** @throws LoamError `parameter-invalid` for a limit out of range, a missing, superfluous or misshapen vector. */
export function readQuery(index: LoadedIndex, corpus: Corpus, analyzer: Analyzer, query: SearchQuery): ReadQuery {
  checkQuery(index, query);
  const words = analyzer.words(query.text);
  const sequence = words.flatMap(({ terms }) => terms);
  const terms = queryTerms(corpus, sequence);
  if (query.mode === 'lexical') return { terms, sequence };
  const vector =
    index.encoder.kind === 'outside'
      ? Float64Array.from(query.vector ?? [])
      : queryVector(index.encoder, corpus, words);
  return { terms, sequence, vector: normalised(vector) };
}

/** The vector of a question's words, of any length. */
export function queryVector(encoder: Encoder, corpus: Corpus, words: readonly Word[]): Float64Array {
  return encoder.kind === 'outside' ? new Float64Array(encoder.dimensions) : encodeWords(encoder, corpus, words);
}

function queryTerms(corpus: Corpus, sequence: readonly string[]): QueryTerm[] {
  const counts = new Map<string, number>();
  for (const text of sequence) counts.set(text, (counts.get(text) ?? 0) + 1);
  const terms = Array.from(counts, ([text, count]) => {
    const term = corpus.term(text);
    return { ...term, count, weight: inverseFrequency(corpus, term.frequency.body) };
  }).filter(({ frequency }) => frequency.body > 0);
  if (terms.length <= TERMS_AT_MOST) return terms;
  const rarest = new Set(terms.toSorted((a, b) => b.weight - a.weight).slice(0, TERMS_AT_MOST));
  return terms.filter((term) => rarest.has(term));
}

/**
 * Each word's tokens weigh the root of how rare the word is in the corpus; stop words weigh nothing unless there is nothing
 * else. Chunks are pooled without such weights, so that their vectors never change with the corpus: measured on SciFact,
 * weighing the query alone is as good.
 */
function encodeWords(encoder: TokenEncoder, corpus: Corpus, words: readonly Word[]): Float64Array {
  const onlyStopWords = words.every(({ terms }) => terms.length === 0);
  const sum = new Float64Array(encoder.dimensions);
  for (const word of words) {
    const weight = onlyStopWords ? 1 : wordWeight(corpus, word);
    if (weight === 0) continue;
    for (const token of encoder.tokenize(word.text)) addToken(sum, encoder, token, weight);
  }
  return sum;
}

function wordWeight(corpus: Corpus, { terms }: Word): number {
  if (terms.length === 0) return 0;
  const rarity = terms.reduce((sum, term) => {
    const { body } = corpus.term(term).frequency;
    return sum + Math.log((corpus.chunks + 1) / (body + 0.5));
  }, 0);
  return Math.sqrt(Math.max(0.01, rarity / terms.length));
}

function addToken(sum: Float64Array, { rows, scales, dimensions }: TokenEncoder, token: number, weight: number): void {
  const factor = weight * (scales[token] as number);
  const start = token * dimensions;
  for (let j = 0; j < dimensions; j++) sum[j] = (sum[j] as number) + factor * (rows[start + j] as number);
}

function normalised(vector: Float64Array): Float64Array {
  const squares = vector.reduce((sum, value) => sum + value * value, 0);
  if (!(squares > 0 && Number.isFinite(squares))) return vector.fill(0);
  const norm = Math.sqrt(squares);
  return vector.map((value) => value / norm);
}

function checkQuery({ encoder }: LoadedIndex, { limit, mode, vector }: SearchQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_AT_MOST) {
    throw new LoamError('parameter-invalid', {
      parameter: 'limit',
      problem: `is ${limit}`,
      allowed: `whole numbers from 1 to ${LIMIT_AT_MOST}`,
    });
  }
  const expected = encoder.kind === 'outside' && mode !== 'lexical' ? encoder.dimensions : undefined;
  if (vector?.length === expected) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'vector',
    problem: vector === undefined ? 'is missing' : `has ${vector.length} dimensions`,
    allowed: expected === undefined ? 'none, this search makes its own' : `${expected} dimensions`,
  });
}
