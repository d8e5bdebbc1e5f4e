import type { ProviderContext, ProviderPlugin } from './contract.ts';
import { languageModelProvider } from './language-model.ts';

const DEFAULT_URL = 'https://api.anthropic.com/v1';

/** Anthropic's Messages API; `url` where a proxy stands before it. It has no embeddings. */
export const anthropic: ProviderPlugin = {
  type: 'anthropic',
  kinds: ['generation'],
  openGeneration: (context, model) =>
    languageModelProvider(context, model, async (over) => (await connect(over))(model)),
};

async function connect({ settings, apiKey, fetch }: ProviderContext) {
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  // The empty key keeps the package from looking for a variable of its own.
  return createAnthropic({ baseURL: settings.url ?? DEFAULT_URL, fetch, apiKey: apiKey ?? '' });
}
