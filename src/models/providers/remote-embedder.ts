import type { EmbeddingProvider, Embeddings, EmbedRequest } from '../contract.ts';
import { unitVector } from '../vectors.ts';
import type { ProviderContext } from './contract.ts';
import { readFailure } from './read-failure.ts';

/** What a provider's API gives for some texts: one vector each, of any length. */
export interface RawEmbeddings {
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number;
}

/** An embedder elsewhere: its vectors are brought to norm 1, and its dimensions are known once it has answered. */
export function remoteEmbedder(
  { name }: ProviderContext,
  model: string,
  { maxBatch, call }: { maxBatch: number; call: (request: EmbedRequest) => Promise<RawEmbeddings> },
): EmbeddingProvider {
  let dimensions: number | undefined;
  return {
    kind: 'embedding',
    provider: name,
    model,
    fingerprint: `${name}/${model}`,
    get dimensions() {
      return dimensions;
    },
    maxBatch,
    async doEmbed(request) {
      const embedded = await embed(`${name}/${model}`, request, call);
      dimensions ??= embedded.vectors[0]?.length;
      return embedded;
    },
  };
}

async function embed(
  label: string,
  request: EmbedRequest,
  call: (request: EmbedRequest) => Promise<RawEmbeddings>,
): Promise<Embeddings> {
  try {
    const { vectors, inputTokens } = await call(request);
    return { vectors: vectors.map(unitVector), inputTokens };
  } catch (error) {
    request.signal.throwIfAborted();
    throw readFailure(error, label);
  }
}
