import { ALL_OPERATORS, type VectorStorePlugin } from './contract.ts';
import { RedisStore } from './redis/store.ts';

/** Redis 6.2 or newer. No search module is used: Loam looks at every passage, and keeps what it looks at in memory. */
export const redis: VectorStorePlugin = {
  type: 'redis',
  storageTypes: ['REDIS_ENTERPRISE_CLOUD'],
  capabilities: { words: true, operators: ALL_OPERATORS },
  tried: true,
  open: (target) => new RedisStore(target),
};
