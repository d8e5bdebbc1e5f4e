import type {
  ImplicitFilterConfiguration,
  KnowledgeBaseRetrievalConfiguration,
  KnowledgeBaseVectorSearchConfiguration,
  SearchType,
  VectorSearchRerankingConfiguration,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { MetadataFilter, SearchMode } from '../../../segments/index.ts';
import type { Received } from '../../../wire/operation.ts';
import { refuseFields } from '../refusal.ts';
import { readFilter } from './filter.ts';

/** How passages are looked for. */
export interface SearchConfiguration {
  readonly mode: SearchMode;
  /** Of the passages that are searched, how many a page has. */
  readonly results: number;
  readonly filter?: MetadataFilter;
  readonly reranking?: Received<VectorSearchRerankingConfiguration>;
  readonly implicitFilter?: Received<ImplicitFilterConfiguration>;
}

export const VECTOR_SEARCH = 'retrievalConfiguration.vectorSearchConfiguration';
const DEFAULT_RESULTS = 5;
const MODES: Readonly<Record<SearchType, SearchMode>> = { HYBRID: 'hybrid', SEMANTIC: 'semantic' };

/** @throws LoamError `parameter-invalid` for what cannot be searched so */
export function readSearchConfiguration(
  configuration: Received<KnowledgeBaseRetrievalConfiguration> | undefined,
): SearchConfiguration {
  refuseFields('retrievalConfiguration', configuration, ['managedSearchConfiguration']);
  const vector: Received<KnowledgeBaseVectorSearchConfiguration> = configuration?.vectorSearchConfiguration ?? {};
  const { overrideSearchType = 'HYBRID', numberOfResults = DEFAULT_RESULTS, filter } = vector;
  const { rerankingConfiguration: reranking, implicitFilterConfiguration: implicitFilter } = vector;
  return {
    mode: MODES[overrideSearchType],
    results: numberOfResults,
    ...(filter !== undefined && { filter: readFilter(filter, `${VECTOR_SEARCH}.filter`) }),
    ...(reranking !== undefined && { reranking }),
    ...(implicitFilter !== undefined && { implicitFilter }),
  };
}
