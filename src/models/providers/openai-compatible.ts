import type { LanguageModelV3FinishReason, LanguageModelV3Prompt, LanguageModelV3StreamPart } from '@ai-sdk/provider';
import type {
  EmbeddingProvider,
  Embeddings,
  EmbedRequest,
  GenerateEvent,
  GenerateRequest,
  GenerationProvider,
  StopReason,
} from '../contract.ts';
import type { ProviderContext, ProviderPlugin } from './contract.ts';
import { readFailure } from './read-failure.ts';

const MAX_BATCH = 96;

/**
 * Whatever speaks OpenAI's chat completions and embeddings by URL (Ollama, vLLM, llama.cpp, the vendors), through the AI
 * SDK's provider. Its own retries are not used: they are in the public functions, as the limits are.
 */
export const openAiCompatible: ProviderPlugin = {
  type: 'openai-compatible',
  kinds: ['generation', 'embedding'],
  openGeneration: (context, model): GenerationProvider => ({
    kind: 'generation',
    provider: context.name,
    model,
    cites: false,
    takesFields: true,
    doGenerate: (request) => generate(context, model, request),
  }),
  openEmbedding: (context, model): EmbeddingProvider => {
    let dimensions: number | undefined;
    return {
      kind: 'embedding',
      provider: context.name,
      model,
      fingerprint: `${context.name}/${model}`,
      get dimensions() {
        return dimensions;
      },
      maxBatch: MAX_BATCH,
      async doEmbed(request) {
        const embedded = await embed(context, model, request);
        dimensions ??= embedded.vectors[0]?.length;
        return embedded;
      },
    };
  },
};

async function* generate(
  context: ProviderContext,
  model: string,
  request: GenerateRequest,
): AsyncGenerator<GenerateEvent> {
  // A consumer that stops reading ends the request to the provider, too.
  const ended = new AbortController();
  const abortSignal = AbortSignal.any([request.signal, ended.signal]);
  try {
    // Without the stop sequences: the protocol does not tell which one ended an answer, and the vendors take four at most.
    // The public function ends the answer at them.
    const { stream } = await (await connect(context)).chatModel(model).doStream({
      prompt: promptOf(request),
      maxOutputTokens: request.maxTokens,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.topP !== undefined && { topP: request.topP }),
      ...(request.additionalFields && { providerOptions: { [context.name]: jsonFields(request.additionalFields) } }),
      abortSignal,
    });
    for await (const part of stream) {
      const event = eventOf(part);
      if (event) yield event;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw readFailure(error, `${context.name}/${model}`);
  } finally {
    ended.abort();
  }
}

function eventOf(part: LanguageModelV3StreamPart): GenerateEvent | undefined {
  if (part.type === 'error') throw part.error;
  if (part.type === 'text-delta') return { type: 'text-delta', text: part.delta };
  if (part.type !== 'finish') return undefined;
  const { inputTokens, outputTokens } = part.usage;
  return {
    type: 'finish',
    stopReason: stopReasonOf(part.finishReason),
    usage: { inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 },
  };
}

function stopReasonOf({ unified }: LanguageModelV3FinishReason): StopReason {
  return unified === 'length' ? 'max-tokens' : 'end';
}

function promptOf({ system, messages }: GenerateRequest): LanguageModelV3Prompt {
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    ...messages.map(({ role, text }) => ({ role, content: [{ type: 'text' as const, text }] })),
  ];
}

async function embed(context: ProviderContext, model: string, { texts, signal }: EmbedRequest): Promise<Embeddings> {
  try {
    const { embeddings, usage } = await (await connect(context))
      .embeddingModel(model)
      .doEmbed({ values: [...texts], abortSignal: signal });
    return { vectors: embeddings.map(unitVector), inputTokens: usage?.tokens ?? 0 };
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(error, `${context.name}/${model}`);
  }
}

function unitVector(values: readonly number[]): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Float32Array.from(values, (value) => value / norm);
}

async function connect({ name, settings, apiKey, fetch }: ProviderContext) {
  // On first use: most processes never call a provider.
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name,
    baseURL: settings.url ?? '',
    fetch,
    includeUsage: true,
    ...(apiKey !== undefined && { apiKey }),
  });
}
