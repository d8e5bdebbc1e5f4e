import { estimateTokens } from '../../../core/tokens.ts';

export interface QueryCost {
  /** In the currency of the price, for a thousand such queries; undefined: no price was given. */
  readonly perThousandQueries: number | undefined;
  /** What the figure holds and what it leaves out. */
  readonly note: string;
}

/**
 * What the cloud charges for embedding queries. Prices change and differ between regions, so that whoever asks says what he pays;
 * what the vector store costs by the hour is not told by any call.
 *
 * @param price of a thousand tokens of the embedding model; above 0
 */
export function cloudQueryCost(
  { embeddingModelArn, price }: { embeddingModelArn: string | undefined; price: number | undefined },
  queries: readonly string[],
): QueryCost {
  const model = embeddingModelArn?.split('/').at(-1) || 'the model of this knowledge base';
  if (price === undefined || queries.length === 0) {
    return { perThousandQueries: undefined, note: `unknown: say with --price what 1,000 tokens of ${model} cost` };
  }
  const tokens = queries.reduce((sum, query) => sum + estimateTokens(query), 0);
  return {
    perThousandQueries: (tokens / queries.length) * price,
    note: `embedding queries with ${model} at the price given; the vector store is charged besides, which is unknown`,
  };
}
