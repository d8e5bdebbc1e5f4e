import { LoamError } from '../../core/errors.ts';
import { createTokenizer, type Tokenize } from '../embedded/wordpiece.ts';
import { unitVector } from '../vectors.ts';
import { readModelFolder } from './model-folder.ts';
import { type OnnxModel, openOnnxModel } from './runtime.ts';

/** A transformer that makes one vector of a text (N. Reimers and I. Gurevych, Sentence-BERT, 2019). */
export interface SentenceEncoder {
  /** One vector of norm 1 for each text, in order; a text longer than the model reads is the mean of its parts. */
  encode(texts: readonly string[]): Promise<{ vectors: Float32Array[]; inputTokens: number }>;
}

/** Rows that are run at once: of equal length nearly, so that little is padded. */
const ROWS = 16;
/** Parts of a long text; what lies behind them is not read. */
const MOST_PARTS = 8;

/** @throws LoamError `package-missing`, `model-file-invalid` */
export async function openSentenceEncoder(folder: string): Promise<SentenceEncoder> {
  const { file, vocabulary, maxTokens } = readModelFolder(folder);
  const [begin, end] = [vocabulary.indexOf('[CLS]'), vocabulary.indexOf('[SEP]')];
  if (begin < 0 || end < 0) {
    throw new LoamError('model-file-invalid', { file: folder, problem: 'has a vocabulary without [CLS] and [SEP]' });
  }
  const model = await openOnnxModel(file);
  const tokenize = createTokenizer(vocabulary);
  return {
    async encode(texts) {
      const parts = texts.flatMap((text, of) =>
        partsOf(tokenize, text, maxTokens - 2).map((pieces) => ({ of, pieces: [begin, ...pieces, end] })),
      );
      const vectors: Float32Array[] = [];
      for (const group of inGroups(parts)) await addVectors(model, group, vectors);
      const inputTokens = parts.reduce((sum, { pieces }) => sum + pieces.length, 0);
      return { vectors: vectors.map(unitVector), inputTokens };
    },
  };
}

interface Part {
  /** The text's place. */
  readonly of: number;
  readonly pieces: readonly number[];
}

/** As few parts as there can be, of nearly equal length. */
function partsOf(tokenize: Tokenize, text: string, limit: number): readonly (readonly number[])[] {
  const pieces = tokenize(text).slice(0, limit * MOST_PARTS);
  const count = Math.max(1, Math.ceil(pieces.length / limit));
  const size = Math.ceil(pieces.length / count);
  return Array.from({ length: count }, (_, at) => pieces.slice(at * size, (at + 1) * size));
}

function inGroups(parts: readonly Part[]): Part[][] {
  const byLength = parts.toSorted((a, b) => a.pieces.length - b.pieces.length);
  const count = Math.ceil(byLength.length / ROWS);
  return Array.from({ length: count }, (_, at) => byLength.slice(at * ROWS, (at + 1) * ROWS));
}

async function addVectors(model: OnnxModel, parts: readonly Part[], vectors: Float32Array[]): Promise<void> {
  const length = Math.max(...parts.map(({ pieces }) => pieces.length));
  const ids = new BigInt64Array(parts.length * length);
  const mask = new BigInt64Array(ids.length);
  for (const [row, { pieces }] of parts.entries()) {
    for (const [at, piece] of pieces.entries()) {
      ids[row * length + at] = BigInt(piece);
      mask[row * length + at] = 1n;
    }
  }
  const inputs: Record<string, BigInt64Array> = { input_ids: ids, attention_mask: mask };
  if (model.inputNames.includes('token_type_ids')) inputs.token_type_ids = new BigInt64Array(ids.length);
  const { data, dims } = await model.run(inputs, parts.length);
  const dimensions = dims.at(-1) ?? 0;
  const rowSize = data.length / parts.length;
  for (const [row, { of, pieces }] of parts.entries()) {
    const rows = data.subarray(row * rowSize, (row + 1) * rowSize);
    // An output of one vector a token is pooled over the text's own tokens, one of one vector a text is taken as it is.
    const vector = unitVector(meanOf(rows, dimensions, dims.length === 3 ? pieces.length : 1));
    vectors[of] = vectors[of] ? add(vectors[of], vector) : vector;
  }
}

function meanOf(rows: Float32Array, dimensions: number, count: number): Float32Array {
  const sum = new Float32Array(dimensions);
  for (let at = 0; at < count * dimensions; at += 1) {
    sum[at % dimensions] = (sum[at % dimensions] as number) + (rows[at] as number);
  }
  return sum;
}

function add(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((value, at) => value + (other[at] as number));
}
