import { readFileSync } from 'node:fs';
import { type ModelFile, parseModelFile } from './model-file.ts';
import { createTokenizer } from './wordpiece.ts';

const SHIPPED_FILE = new URL('./static-256.bin', import.meta.url);
/** Chosen on training queries: the fitted lengths of the rows already hold part of a word's weight. */
const IDF_POWER = 0.5;
const LEAST_IDF = 0.01;

/** A static embedder: a text's vector is the normalised, weighted sum of its word pieces' vectors. */
export interface StaticModel {
  readonly dimensions: number;
  /** Number of word pieces: ids are below it, and a table of token weights has this length. */
  readonly vocabularySize: number;
  /** SHA-256 of the model file, in hexadecimal: vectors of different fingerprints cannot be compared. */
  readonly fingerprint: string;
  /** Ids of the text's word pieces, in order. */
  tokenize(text: string): Uint32Array;
  /**
   * Unit vector (float32, `dimensions`) of the sum of the tokens' rows; zeros for no tokens.
   * `weights`, indexed by token id, multiplies each row: see `weightTokens`.
   */
  embedTokens(ids: ArrayLike<number>, weights?: Float32Array): Float32Array;
  /** `embedTokens` of `tokenize`. */
  embed(text: string, weights?: Float32Array): Float32Array;
}

/** Reads the model that ships with Loam, or another file of the same format. Throws an Error naming what is wrong. */
export function loadStaticModel(file: URL | string = SHIPPED_FILE): StaticModel {
  return createStaticModel(parseModelFile(readFileSync(file)));
}

/** Makes a model of a parsed file. */
export function createStaticModel(file: ModelFile): StaticModel {
  const tokenize = createTokenizer(file.vocabulary);
  const embedTokens = (ids: ArrayLike<number>, weights?: Float32Array): Float32Array =>
    normalize(sumRows(file, ids, weights));
  return {
    dimensions: file.dimensions,
    vocabularySize: file.vocabulary.length,
    fingerprint: file.fingerprint,
    tokenize,
    embedTokens,
    embed: (text, weights) => embedTokens(tokenize(text), weights),
  };
}

/**
 * Token weights of a corpus, indexed by token id: max(0.01, ln((N + 1) / (df + 0.5))) ^ 0.5.
 * `documentFrequencies` counts, for each token id, the documents that hold it; `documents` is N.
 * Use the same table for a corpus's documents, windows and queries.
 */
export function weightTokens(documentFrequencies: ArrayLike<number>, documents: number): Float32Array {
  return Float32Array.from(documentFrequencies, (frequency) => {
    const idf = Math.log((documents + 1) / (frequency + 0.5));
    return Math.max(LEAST_IDF, idf) ** IDF_POWER;
  });
}

function sumRows(file: ModelFile, ids: ArrayLike<number>, weights: Float32Array | undefined): Float64Array {
  const { rows, scales, dimensions } = file;
  if (weights && weights.length !== scales.length) {
    throw new Error(`Expected ${scales.length} token weights, got ${weights.length}.`);
  }
  const sum = new Float64Array(dimensions);
  for (let place = 0; place < ids.length; place += 1) {
    const id = ids[place] as number;
    const scale = scales[id];
    if (scale === undefined) {
      throw new Error(`Token id ${id} is outside the vocabulary of ${scales.length}.`);
    }
    addRow(sum, rows, id * dimensions, weights ? scale * (weights[id] as number) : scale);
  }
  return sum;
}

function addRow(sum: Float64Array, rows: Int8Array, offset: number, factor: number): void {
  for (let column = 0; column < sum.length; column += 1) {
    sum[column] = (sum[column] as number) + factor * (rows[offset + column] as number);
  }
}

function normalize(sum: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sum) {
    squares += value * value;
  }
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  return Float32Array.from(sum, (value) => value * factor);
}
