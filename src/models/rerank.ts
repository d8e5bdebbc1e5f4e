import type { RerankRequest, RerankScores, ResolvedModel } from './contract.ts';
import type { ModelsContext } from './create-models.ts';
import { limitedCall } from './limited-call.ts';

/** Scores documents against a query in batches of what the provider takes. */
export async function rerank(
  context: ModelsContext,
  modelId: string,
  { query, documents, signal }: RerankRequest,
): Promise<RerankScores & { model: ResolvedModel }> {
  const model = context.open(modelId, 'rerank');
  const { provider, resolved } = model;
  const scores: number[] = [];
  for (let at = 0; at < documents.length; at += provider.maxBatch) {
    const batch = documents.slice(at, at + provider.maxBatch);
    const ranked = await limitedCall(context, model, signal, (limited) =>
      provider.doRerank({ query, documents: batch, signal: limited }),
    );
    scores.push(...ranked.scores);
  }
  return { scores, model: resolved };
}
