import { LoamError } from '../core/errors.ts';
import type { Kernel, Matrix } from '../kernel/index.ts';
import type { Chunk, Encoder, TokenEncoder } from './contract.ts';
import { type Int8Vector, quantise } from './int8-vector.ts';
import { splitSentences } from './sentences.ts';

/** A longer run without an end (a table, a list) is cut, so that windows stay comparable. */
const LONGEST_SENTENCE = 96;

export const NO_SENTENCES = {
  tokens: new Uint16Array(0),
  lengths: new Uint32Array(0),
  norms: new Float32Array(0),
} as const;

/** What the embedder makes of a passage. */
export interface EncodedPassage {
  readonly vector: Int8Vector;
  /** The tokens of all sentences, one after the other; none when vectors come from outside. */
  readonly tokens: Uint16Array;
  /** How many tokens each sentence has. */
  readonly lengths: Uint32Array;
  /** For each sentence, the length of the sum of its own and the next one's token vectors: a window of two, stride one. */
  readonly norms: Float32Array;
}

/** Turns the text of chunks, or the vectors they bring, into what a segment keeps. */
export type PassageEncoder = (chunk: Chunk, text: string) => EncodedPassage;

export function createPassageEncoder(encoder: Encoder, kernel: Kernel): PassageEncoder {
  if (encoder.kind === 'outside') return (chunk) => outsideVector(chunk, encoder.dimensions);
  const rows = loadRows(encoder, kernel);
  return (_, text) => encodeText(encoder, rows, text);
}

/** The token vectors of an encoder in the kernel's memory. */
export function loadRows(encoder: TokenEncoder, kernel: Kernel): Matrix {
  const matrix = kernel.matrix({ rows: encoder.scales.length, dimensions: encoder.dimensions });
  matrix.values.set(encoder.rows);
  matrix.scales.set(encoder.scales);
  return matrix;
}

function outsideVector(chunk: Chunk, dimensions: number): EncodedPassage {
  const { vector } = chunk;
  if (vector?.length !== dimensions) {
    throw new LoamError('parameter-invalid', {
      parameter: `The vector of chunk ${chunk.id}`,
      problem: vector === undefined ? 'is missing' : `has ${vector.length} dimensions`,
      allowed: `${dimensions} dimensions, as the embedder of this index gives`,
    });
  }
  return { vector: quantise(vector), ...NO_SENTENCES };
}

function encodeText(encoder: TokenEncoder, rows: Matrix, text: string): EncodedPassage {
  const sentences = splitSentences(text).flatMap((sentence) => cut(encoder.tokenize(sentence)));
  const sums = sentences.map((tokens) => rows.pool(tokens).slice());
  const total = new Float32Array(encoder.dimensions);
  for (const sum of sums) addTo(total, sum);
  const norms = new Float32Array(sums.length);
  sums.forEach((sum, i) => {
    norms[i] = windowNorm(sum, sums[i + 1]);
  });
  return { vector: quantise(total), ...joined(sentences), norms };
}

function cut(tokens: readonly number[]): (readonly number[])[] {
  if (tokens.length <= LONGEST_SENTENCE) return tokens.length === 0 ? [] : [tokens];
  const parts: (readonly number[])[] = [];
  for (let i = 0; i < tokens.length; i += LONGEST_SENTENCE) parts.push(tokens.slice(i, i + LONGEST_SENTENCE));
  return parts;
}

function joined(sentences: readonly (readonly number[])[]): Pick<EncodedPassage, 'tokens' | 'lengths'> {
  const lengths = Uint32Array.from(sentences, ({ length }) => length);
  const tokens = new Uint16Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  for (const sentence of sentences) {
    tokens.set(sentence, start);
    start += sentence.length;
  }
  return { tokens, lengths };
}

function addTo(total: Float32Array, more: Float32Array): void {
  for (let j = 0; j < total.length; j++) total[j] = (total[j] as number) + (more[j] as number);
}

function windowNorm(first: Float32Array, second: Float32Array | undefined): number {
  let squares = 0;
  for (let j = 0; j < first.length; j++) {
    const value = (first[j] as number) + ((second?.[j] as number | undefined) ?? 0);
    squares += value * value;
  }
  return Math.sqrt(squares);
}
