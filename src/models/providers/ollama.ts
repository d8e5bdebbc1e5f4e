import type { ProviderContext, ProviderPlugin } from './contract.ts';
import { languageModelProvider } from './language-model.ts';
import { connectOpenAi } from './openai-compatible.ts';
import { remoteEmbedder } from './remote-embedder.ts';

const MAX_BATCH = 64;
const DEFAULT_URL = 'http://127.0.0.1:11434';

interface Embedded {
  readonly embeddings?: readonly (readonly number[])[];
  readonly prompt_eval_count?: number;
}

/**
 * An Ollama server by its root URL (`http://127.0.0.1:11434`): it generates through its OpenAI-compatible form, and embeds
 * through its own `/api/embed`, which takes what is longer than the model's window by cutting it.
 */
export const ollama: ProviderPlugin = {
  type: 'ollama',
  kinds: ['generation', 'embedding'],
  openGeneration: (context, model) =>
    languageModelProvider(context, model, async (over) =>
      (await connectOpenAi(over, `${rootOf(over)}/v1`)).chatModel(model),
    ),
  openEmbedding: (context, model) =>
    remoteEmbedder(context, model, {
      maxBatch: MAX_BATCH,
      async call({ texts, signal }) {
        const { embeddings = [], prompt_eval_count = 0 } = await embed(context, { model, input: texts }, signal);
        if (embeddings.length !== texts.length) throw new Error('The answer holds another number of vectors.');
        return { vectors: embeddings, inputTokens: prompt_eval_count };
      },
    }),
};

function rootOf({ settings }: ProviderContext): string {
  return (settings.url ?? DEFAULT_URL).replace(/\/+(?:v1\/*|api\/*)?$/, '');
}

async function embed(context: ProviderContext, body: object, signal: AbortSignal): Promise<Embedded> {
  const { apiKey, fetch } = context;
  const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
  const request = { method: 'POST', headers, body: JSON.stringify(body), signal };
  const response = await fetch(`${rootOf(context)}/api/embed`, request);
  if (!response.ok) {
    await response.body?.cancel();
    throw Object.assign(new Error(`HTTP ${response.status}`), {
      statusCode: response.status,
      isRetryable: response.status >= 500,
      responseHeaders: Object.fromEntries(response.headers),
    });
  }
  return (await response.json()) as Embedded;
}
