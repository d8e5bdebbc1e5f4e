import type { ProviderContext, ProviderPlugin } from './contract.ts';
import { languageModelProvider } from './language-model.ts';
import { remoteEmbedder } from './remote-embedder.ts';

const MAX_BATCH = 96;

/** Whatever speaks OpenAI's chat completions and embeddings by URL (vLLM, llama.cpp, Ollama's `/v1`, the vendors). */
export const openAiCompatible: ProviderPlugin = {
  type: 'openai-compatible',
  kinds: ['generation', 'embedding'],
  openGeneration: (context, model) =>
    languageModelProvider(context, model, async (over) => (await connectOpenAi(over)).chatModel(model)),
  openEmbedding: (context, model) =>
    remoteEmbedder(context, model, {
      maxBatch: MAX_BATCH,
      async call({ texts, signal }) {
        const embedder = (await connectOpenAi(context)).embeddingModel(model);
        const { embeddings, usage } = await embedder.doEmbed({ values: [...texts], abortSignal: signal });
        return { vectors: embeddings, inputTokens: usage?.tokens ?? 0 };
      },
    }),
};

/** @param url of the API, up to and without `/chat/completions` */
export async function connectOpenAi({ name, settings, apiKey, fetch }: ProviderContext, url = settings.url ?? '') {
  // On first use: most processes never call a provider.
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name,
    baseURL: url,
    fetch,
    includeUsage: true,
    ...(apiKey !== undefined && { apiKey }),
  });
}
