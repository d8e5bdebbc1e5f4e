import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';

/** What a folder in the form of the sentence-transformers library says of its model. */
export interface ModelFolder {
  /** Of the ONNX file. */
  readonly file: string;
  /** Word pieces in the order of their ids. */
  readonly vocabulary: readonly string[];
  /** Word pieces that the model reads of a text at most, marks at its ends included. */
  readonly maxTokens: number;
}

const FILES = ['model.onnx', 'onnx/model_quantized.onnx', 'onnx/model.onnx'];
const MOST_TOKENS = 512;
const tokenizerSchema = z.object({
  model: z.object({ type: z.literal('WordPiece'), vocab: z.record(z.string(), z.number().int().min(0)) }),
  truncation: z.object({ max_length: z.number().int().min(8) }).nullish(),
});
const lengthSchema = z.object({ max_seq_length: z.number().int().min(8), do_lower_case: z.boolean().optional() });

/**
 * Reads a folder with `model.onnx` and `vocab.txt` or `tokenizer.json` beside it (an uncased WordPiece vocabulary).
 *
 * @throws LoamError `model-file-invalid` that names the file and what is wrong with it
 */
export function readModelFolder(folder: string): ModelFolder {
  const file = FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new LoamError('model-file-invalid', { file: folder, problem: `holds none of ${FILES.join(', ')}` });
  }
  return { file, vocabulary: readVocabulary(folder), maxTokens: readMaxTokens(folder) };
}

function readVocabulary(folder: string): readonly string[] {
  const plain = join(folder, 'vocab.txt');
  if (existsSync(plain)) return readFileSync(plain, 'utf8').trimEnd().split(/\r?\n/);
  const path = join(folder, 'tokenizer.json');
  const tokenizer = parse(path, tokenizerSchema);
  if (!tokenizer) {
    throw new LoamError('model-file-invalid', { file: folder, problem: 'holds neither vocab.txt nor tokenizer.json' });
  }
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(tokenizer.model.vocab)) pieces[id] = piece;
  return Array.from(pieces, (piece) => piece ?? '');
}

function readMaxTokens(folder: string): number {
  const stated = parse(join(folder, 'sentence_bert_config.json'), lengthSchema)?.max_seq_length;
  return Math.min(stated ?? MOST_TOKENS, MOST_TOKENS);
}

function parse<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = schema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const problem = `is not as expected at ${parsed.error.issues[0]?.path.join('.') || 'its top'}`;
  throw new LoamError('model-file-invalid', { file: path, problem });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new LoamError('model-file-invalid', { file: path, problem: 'is no JSON' }, { cause });
  }
}
