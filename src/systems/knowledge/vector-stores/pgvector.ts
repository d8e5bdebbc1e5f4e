import { ALL_OPERATORS, type VectorStorePlugin } from './contract.ts';
import { PgvectorStore } from './pgvector/store.ts';

/** PostgreSQL with the extension vector, 0.5 or newer; laid out as the service's manual lays out Aurora. */
export const pgvector: VectorStorePlugin = {
  type: 'pgvector',
  storageTypes: ['RDS'],
  capabilities: { words: true, operators: ALL_OPERATORS },
  tried: true,
  open: (target) => new PgvectorStore(target),
};
