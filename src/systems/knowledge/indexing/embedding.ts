import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { EmbedPurpose, Models, ResolvedModel } from '../../../models/contract.ts';
import type { Embedder } from '../../../segments/index.ts';

/**
 * How the vectors of an index are made: of `tokens`, by the embedder that the index reads directly, or `outside`, by a
 * provider, from which they come with each chunk and each question.
 */
export interface Embedding extends Embedder {
  readonly kind: 'tokens' | 'outside';
}

const PROBE = 'A knowledge base is being created.';

/**
 * What a model id leads to. A provider elsewhere is asked for one vector, which tells its dimensions and that it answers.
 *
 * @throws LoamError as `models.embed` does
 */
export async function probeEmbedding(
  models: Models,
  scope: Scope,
  modelId: string,
  signal: AbortSignal,
): Promise<Embedding> {
  const { fingerprint, dimensions, model } = await models.embed(scope, modelId, [PROBE], {
    purpose: 'document',
    signal,
  });
  if (dimensions === undefined) throw new Error(`The model ${model.label} gave no vector for a text.`);
  return { kind: kindOf(model), fingerprint, dimensions: padded(dimensions) };
}

/**
 * How an index goes on being made.
 *
 * @throws LoamError `resource-conflict` when the model id leads to another embedder than the index was made with
 */
export function embeddingOf(models: Models, modelId: string, index: { id: string; embedder: Embedder }): Embedding {
  const model = models.resolve(modelId);
  const { fingerprint } = index.embedder;
  if (model.fingerprint !== fingerprint) {
    throw new LoamError('resource-conflict', {
      type: 'knowledge base',
      id: index.id,
      problem: `was indexed with the embedder ${fingerprint}, and ${modelId} is now ${model.fingerprint ?? 'another one'}: run loam kb reembed ${index.id}`,
    });
  }
  return { kind: kindOf(model), ...index.embedder };
}

function kindOf({ vectors = 'outside' }: ResolvedModel): Embedding['kind'] {
  return vectors;
}

const TEXTS_AT_ONCE = 256;

/** Vectors from a provider, one for each text. */
export async function embedTexts(
  models: Models,
  scope: Scope,
  of: { modelId: string; texts: readonly string[]; purpose: EmbedPurpose; fingerprint: string; signal: AbortSignal },
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < of.texts.length; at += TEXTS_AT_ONCE) {
    const texts = of.texts.slice(at, at + TEXTS_AT_ONCE);
    const embedded = await models.embed(scope, of.modelId, texts, { purpose: of.purpose, signal: of.signal });
    if (embedded.fingerprint !== of.fingerprint) {
      throw new LoamError('embedders-mixed', { index: of.fingerprint, other: embedded.fingerprint });
    }
    vectors.push(...embedded.vectors.map(pad));
  }
  return vectors;
}

// The kernel takes vectors sixteen dimensions at a time. Zeros at the end change neither norm nor cosine.
const LANES = 16;

function padded(dimensions: number): number {
  return Math.ceil(dimensions / LANES) * LANES;
}

function pad(vector: Float32Array): Float32Array {
  const full = padded(vector.length);
  if (full === vector.length) return vector;
  const whole = new Float32Array(full);
  whole.set(vector);
  return whole;
}
