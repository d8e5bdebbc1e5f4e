import { estimateTokens } from '../../../core/tokens.ts';

/**
 * Published on-demand prices of embedding models, US dollars for a thousand tokens in us-east-1, as they were in 2024. Others
 * are not known here, and are not guessed.
 */
const EMBEDDING_PRICES: Readonly<Record<string, number>> = {
  'amazon.titan-embed-text-v1': 0.0001,
  'amazon.titan-embed-text-v2:0': 0.00002,
  'cohere.embed-english-v3': 0.0001,
  'cohere.embed-multilingual-v3': 0.0001,
};

export interface QueryCost {
  /** US dollars for a thousand such queries; undefined: no price is known. */
  readonly perThousandQueries: number | undefined;
  /** What the figure holds and what it leaves out. */
  readonly note: string;
}

/** What the cloud charges for embedding queries. What its vector store costs by the hour is not told by any call. */
export function cloudQueryCost(embeddingModelArn: string | undefined, queries: readonly string[]): QueryCost {
  const model = embeddingModelArn?.split('/').at(-1) ?? '';
  const price = EMBEDDING_PRICES[model];
  if (price === undefined || queries.length === 0)
    return {
      perThousandQueries: undefined,
      note: `unknown: no price is known of the model ${model || 'of this knowledge base'}`,
    };
  const tokens = queries.reduce((sum, query) => sum + estimateTokens(query), 0);
  return {
    perThousandQueries: (tokens / queries.length) * price,
    note: `embedding queries with ${model} at its price of 2024 in us-east-1; the vector store is charged by the hour besides, which is unknown`,
  };
}
