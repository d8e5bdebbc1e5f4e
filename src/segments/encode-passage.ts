import { LoamError } from '../core/errors.ts';
import type { Kernel, Matrix } from '../kernel/index.ts';
import type { Chunk, Encoder, TokenEncoder } from './contract.ts';
import { type Int8Vector, quantise } from './int8-vector.ts';
import { splitSentences } from './sentences.ts';

/** A longer run without an end (a table, a list) is cut, so that windows stay comparable. */
const LONGEST_SENTENCE = 96;

type Tokens = Uint32Array | readonly number[];

/** What the embedder makes of a passage. */
export interface EncodedPassage {
  readonly vector: Int8Vector;
  /** The tokens of each sentence; none when vectors come from outside. */
  readonly sentences: readonly Tokens[];
  /** For each sentence, the length of the sum of its own and the next one's token vectors: a window of two, stride one. */
  readonly norms: readonly number[];
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
  return { vector: quantise(vector), sentences: [], norms: [] };
}

function encodeText(encoder: TokenEncoder, rows: Matrix, text: string): EncodedPassage {
  const sentences = splitSentences(text).flatMap((sentence) => cut(encoder.tokenize(sentence)));
  const sums = sentences.map((tokens) => rows.pool(tokens).slice());
  const total = new Float32Array(encoder.dimensions);
  for (const sum of sums) addTo(total, sum);
  return { vector: quantise(total), sentences, norms: sums.map((sum, i) => windowNorm(sum, sums[i + 1])) };
}

function cut(tokens: Tokens): Tokens[] {
  if (tokens.length <= LONGEST_SENTENCE) return tokens.length === 0 ? [] : [tokens];
  const parts: Tokens[] = [];
  for (let i = 0; i < tokens.length; i += LONGEST_SENTENCE) parts.push(tokens.slice(i, i + LONGEST_SENTENCE));
  return parts;
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
