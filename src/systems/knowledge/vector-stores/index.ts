/** Vector stores outside: where a knowledge base's passages may be kept and found as well. */
import type { VectorStorePlugin } from './contract.ts';
import { opensearch } from './opensearch.ts';
import { pgvector } from './pgvector.ts';
import { redis } from './redis.ts';

export const vectorStorePlugins: readonly VectorStorePlugin[] = [pgvector, opensearch, redis];

export function vectorStorePlugin(type: string): VectorStorePlugin | undefined {
  return vectorStorePlugins.find((plugin) => plugin.type === type);
}
