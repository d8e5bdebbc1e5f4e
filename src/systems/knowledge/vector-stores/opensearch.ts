import { ALL_OPERATORS, type VectorStorePlugin } from './contract.ts';
import { OpenSearchStore } from './opensearch/store.ts';

/** OpenSearch 2.13 or newer with the k-NN plug-in; tried with a node of 2.19, not with the service's collections. */
export const opensearch: VectorStorePlugin = {
  type: 'opensearch',
  storageTypes: ['OPENSEARCH_SERVERLESS', 'OPENSEARCH_MANAGED_CLUSTER'],
  capabilities: { words: true, operators: ALL_OPERATORS },
  tried: true,
  open: (target) => new OpenSearchStore(target),
};
