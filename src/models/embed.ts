import type { EmbedOptions, EmbedResult } from './contract.ts';
import type { ModelsContext } from './create-models.ts';
import { placeInSpace } from './embedding-space.ts';
import { limitedCall } from './limited-call.ts';

/** Embeds texts in batches of what the provider takes, one after the other. */
export async function embed(
  context: ModelsContext,
  modelId: string,
  texts: readonly string[],
  { purpose, dimensions, signal }: EmbedOptions,
): Promise<EmbedResult> {
  const model = context.open(modelId, 'embedding');
  const { provider, resolved } = model;
  const vectors: Float32Array[] = [];
  let inputTokens = 0;
  for (let at = 0; at < texts.length; at += provider.maxBatch) {
    const batch = texts.slice(at, at + provider.maxBatch);
    const embedded = await limitedCall(context, model, signal, (limited) =>
      provider.doEmbed({ texts: batch, purpose, signal: limited }),
    );
    vectors.push(...embedded.vectors);
    inputTokens += embedded.inputTokens;
  }
  const place = (vector: Float32Array): Float32Array =>
    dimensions === undefined ? vector : placeInSpace(vector, dimensions, resolved.label);
  const placed = vectors.map(place);
  return {
    vectors: placed,
    inputTokens,
    dimensions: placed[0]?.length,
    fingerprint: provider.fingerprint,
    model: resolved,
  };
}
