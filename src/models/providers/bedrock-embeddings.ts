import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { EmbedRequest } from '../contract.ts';
import { withStatus } from './bedrock-client.ts';
import type { RawEmbeddings } from './remote-embedder.ts';

interface TitanAnswer {
  readonly embedding: readonly number[];
  readonly inputTextTokenCount?: number;
}

interface CohereAnswer {
  readonly embeddings: readonly (readonly number[])[] | { readonly float: readonly (readonly number[])[] };
}

/** Embeds by InvokeModel, in the body of the model's family: Cohere's takes several texts, Titan's one. */
export async function bedrockEmbed(
  client: BedrockRuntimeClient,
  model: string,
  { texts, purpose, signal }: EmbedRequest,
): Promise<RawEmbeddings> {
  const invoke = <Answer>(body: object): Promise<Answer> => invokeModel<Answer>(client, model, body, signal);
  if (/(?:^|\.)cohere\./.test(model)) {
    const input_type = purpose === 'query' ? 'search_query' : 'search_document';
    const { embeddings } = await invoke<CohereAnswer>({ texts, input_type, truncate: 'END' });
    return { vectors: 'float' in embeddings ? embeddings.float : embeddings, inputTokens: 0 };
  }
  const vectors: (readonly number[])[] = [];
  let inputTokens = 0;
  for (const inputText of texts) {
    const { embedding, inputTextTokenCount = 0 } = await invoke<TitanAnswer>({ inputText });
    vectors.push(embedding);
    inputTokens += inputTextTokenCount;
  }
  return { vectors, inputTokens };
}

async function invokeModel<Answer>(
  client: BedrockRuntimeClient,
  modelId: string,
  body: object,
  signal: AbortSignal,
): Promise<Answer> {
  const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const contentType = 'application/json';
  const command = new InvokeModelCommand({ modelId, contentType, accept: contentType, body: JSON.stringify(body) });
  try {
    const answer = await client.send(command, { abortSignal: signal });
    return JSON.parse(answer.body.transformToString()) as Answer;
  } catch (error) {
    throw withStatus(error);
  }
}
