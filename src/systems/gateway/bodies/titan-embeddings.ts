import { z } from 'zod';
import { LoamError } from '../../../core/errors.ts';
import type { BodyAnswer, BodyCall, BodyFamily } from './contract.ts';
import { checkBody } from './read-body.ts';

const inputText = z.string().min(1).max(50_000);
const requestV1 = z.strictObject({ inputText });
const requestV2 = z.strictObject({
  inputText,
  dimensions: z.literal([1024, 512, 256]).optional(),
  normalize: z.boolean().optional(),
  embeddingTypes: z
    .array(z.enum(['float', 'binary']))
    .min(1)
    .optional(),
});

const DIMENSIONS_V1 = 1536;
const DIMENSIONS_V2 = 1024;
const MAX_TOKENS = 8192;

/** Titan embeddings G1: one text in, 1,536 numbers out. */
export const titanEmbeddingsV1: BodyFamily = {
  name: 'Titan embeddings v1',
  accepts: (modelId) =>
    modelId.startsWith('amazon.titan-embed-text-v1') || modelId.startsWith('amazon.titan-embed-g1-'),
  async invoke(call, body) {
    const request = checkBody(requestV1, body);
    const { values, ...answer } = await embedOne(call, request.inputText, DIMENSIONS_V1);
    return { ...answer, body: { embedding: values, inputTextTokenCount: answer.usage.inputTokens } };
  },
};

/** Titan embeddings v2: 1,024, 512 or 256 numbers, or their signs. Vectors are of norm 1 whatever `normalize` says. */
export const titanEmbeddingsV2: BodyFamily = {
  name: 'Titan embeddings v2',
  accepts: (modelId) => modelId.startsWith('amazon.titan-embed-text-v2'),
  async invoke(call, body) {
    const { inputText: text, dimensions = DIMENSIONS_V2, embeddingTypes = ['float'] } = checkBody(requestV2, body);
    const { values, ...answer } = await embedOne(call, text, dimensions);
    const forms = { float: () => values, binary: () => values.map((value) => (value > 0 ? 1 : 0)) };
    const embeddingsByType = Object.fromEntries(embeddingTypes.map((type) => [type, forms[type]()]));
    return {
      ...answer,
      body: {
        ...(embeddingsByType.float && { embedding: embeddingsByType.float }),
        embeddingsByType,
        inputTextTokenCount: answer.usage.inputTokens,
      },
    };
  },
};

async function embedOne(
  { models, scope, modelId, signal }: BodyCall,
  text: string,
  dimensions: number,
): Promise<Omit<BodyAnswer, 'body'> & { values: number[] }> {
  const tokens = models.countTokens(text);
  if (tokens > MAX_TOKENS) {
    const message = `Too many input tokens. Max input tokens: ${MAX_TOKENS}, request input token count: ${tokens}`;
    throw new LoamError('request-invalid', { message });
  }
  const { vectors, inputTokens, model } = await models.embed(scope, modelId, [text], {
    purpose: 'document',
    dimensions,
    signal,
  });
  return {
    values: ofNormOne(vectors[0] ?? new Float32Array(dimensions)),
    model,
    usage: { inputTokens, outputTokens: 0 },
  };
}

/** A text without any known word (emoji, blanks) has no direction of its own: it gets the last axis, so that cosines exist. */
function ofNormOne(vector: Float32Array): number[] {
  const values = Array.from(vector);
  if (!values.some((value) => value !== 0)) values[values.length - 1] = 1;
  return values;
}
