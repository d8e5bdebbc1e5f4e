import type { BedrockRuntimeClient, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { LoamError } from '../../core/errors.ts';
import type { GenerateEvent, GenerateRequest, StopReason, TokenUsage } from '../contract.ts';
import { openBedrockClient, withStatus } from './bedrock-client.ts';
import { bedrockEmbed } from './bedrock-embeddings.ts';
import type { ProviderContext, ProviderPlugin } from './contract.ts';
import { readFailure } from './read-failure.ts';
import { remoteEmbedder } from './remote-embedder.ts';

/**
 * The cloud's own Amazon Bedrock by its Converse API, through the official client over the guarded `fetch`: one of its API keys
 * (`apiKeyVariable`) or access keys, by which calls are signed (`accessKeyVariable`, `secretKeyVariable`).
 */
export const bedrock: ProviderPlugin = {
  type: 'bedrock',
  kinds: ['generation', 'embedding'],
  openGeneration: (context, model) => ({
    kind: 'generation',
    provider: context.name,
    model,
    cites: false,
    takesFields: true,
    doGenerate: (request) => generate(context, model, request),
  }),
  openEmbedding: (context, model) =>
    remoteEmbedder(context, model, {
      // The API takes one text at a time, or few; calls at once are what `concurrency` allows.
      maxBatch: 16,
      call: async (request) => bedrockEmbed(await openBedrockClient(context), model, request),
    }),
};

async function* generate(
  context: ProviderContext,
  model: string,
  request: GenerateRequest,
): AsyncGenerator<GenerateEvent> {
  const label = `${context.name}/${model}`;
  let stopReason: StopReason = 'end';
  let usage: TokenUsage = { inputTokens: 0, outputTokens: 0 };
  try {
    for await (const event of await converse(await openBedrockClient(context), model, request)) {
      const failure = failureOf(event);
      if (failure) throw failure;
      const text = event.contentBlockDelta?.delta?.text;
      if (text) yield { type: 'text-delta', text };
      if (event.messageStop?.stopReason === 'max_tokens') stopReason = 'max-tokens';
      const { inputTokens = 0, outputTokens = 0 } = event.metadata?.usage ?? {};
      if (event.metadata) usage = { inputTokens, outputTokens };
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw readFailure(withStatus(error), label);
  }
  yield { type: 'finish', stopReason, usage };
}

async function converse(
  client: BedrockRuntimeClient,
  modelId: string,
  request: GenerateRequest,
): Promise<AsyncIterable<ConverseStreamOutput>> {
  const { ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const { messages, system, maxTokens, temperature, topP, additionalFields, signal } = request;
  const command = new ConverseStreamCommand({
    modelId,
    messages: messages.map(({ role, text }) => ({ role, content: [{ text }] })),
    ...(system !== undefined && { system: [{ text: system }] }),
    inferenceConfig: {
      maxTokens,
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
    },
    ...(additionalFields && { additionalModelRequestFields: additionalFields as never }),
  });
  const { stream } = await client.send(command, { abortSignal: signal });
  if (!stream) throw new LoamError('internal-error', {});
  return stream;
}

/** Failures in the middle of an answer come as events. */
function failureOf(event: ConverseStreamOutput): unknown {
  return (
    event.throttlingException ??
    event.validationException ??
    event.modelStreamErrorException ??
    event.serviceUnavailableException ??
    event.internalServerException
  );
}
