import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoamError } from '../../core/errors.ts';
import type { WorkerTask } from '../../workers/contract.ts';
import { taskFile } from '../../workers/task-file.ts';
import type { EmbeddingProvider, Embeddings, RerankProvider } from '../contract.ts';
import type { TextsToEncode } from '../onnx/encode-texts.task.ts';
import { readModelFolder } from '../onnx/model-folder.ts';
import { dot } from '../vectors.ts';
import type { ProviderContext, ProviderPlugin } from './contract.ts';

const MAX_BATCH = 64;
const LIMITS = { timeoutMs: 300_000, memoryMb: 512 };
const FINGERPRINT_CHARACTERS = 12;
const TASK: WorkerTask<TextsToEncode, Embeddings> = {
  name: 'Embedding texts by an ONNX model',
  file: taskFile(import.meta.url, '../onnx/encode-texts.task.ts'),
};

/**
 * Sentence transformers (all-MiniLM-L6-v2 and its like) that run in this process, from a folder with `model.onnx`. They embed,
 * and they rank documents by the cosine of their vectors with the query's. Needs the package onnxruntime-node.
 */
export const onnx: ProviderPlugin = {
  type: 'onnx',
  kinds: ['embedding', 'rerank'],
  openEmbedding: (context, model) => openEmbedding(context, model),
  openRerank: (context, model) => openRerank(context, model),
};

function openEmbedding(context: ProviderContext, model: string): EmbeddingProvider {
  const encode = encoderOf(context, model);
  return {
    kind: 'embedding',
    provider: context.name,
    model,
    fingerprint: `${context.name}/${model}/${hashOf(encode.file)}`,
    dimensions: undefined,
    maxBatch: MAX_BATCH,
    doEmbed: ({ texts, signal }) => encode.run(texts, signal),
  };
}

function openRerank(context: ProviderContext, model: string): RerankProvider {
  const encode = encoderOf(context, model);
  return {
    kind: 'rerank',
    provider: context.name,
    model,
    maxBatch: MAX_BATCH,
    async doRerank({ query, documents, signal }) {
      const { vectors } = await encode.run([query, ...documents], signal);
      const [asked, ...others] = vectors;
      return { scores: others.map((vector) => (asked ? (1 + dot(asked, vector)) / 2 : 0)) };
    },
  };
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, FINGERPRINT_CHARACTERS);
}

interface Encoder {
  /** Of the weights. */
  readonly file: string;
  run(texts: readonly string[], signal: AbortSignal): Promise<Embeddings>;
}

function encoderOf({ name, settings, workers }: ProviderContext, model: string): Encoder {
  if (settings.folder === undefined || !workers) {
    const parameter = `providers.${name}.folder`;
    throw new LoamError('parameter-invalid', { parameter, problem: 'is missing', allowed: 'the folder of models' });
  }
  const folder = join(settings.folder, model);
  const { file } = readModelFolder(folder);
  return { file, run: (texts, signal) => workers.run(TASK, { folder, texts }, { limits: LIMITS, signal }) };
}
