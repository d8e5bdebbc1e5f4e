import type { VectorIngestionConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { type Embedding, embedTexts } from '../indexing/embedding.ts';
import type { DataSourceRow } from '../tables/data-sources.ts';
import type { Preparation } from './prepare-document.ts';

export interface PreparationFor {
  readonly source: Pick<DataSourceRow, 'ingestion'>;
  /** The embedding model that the knowledge base names, and how its index is made. */
  readonly modelId: string;
  readonly embedding: Embedding;
  readonly signal: AbortSignal;
}

/** How the documents of a data source become passages: all that its configuration and its knowledge base say of it. */
export function openPreparation(
  { workers, models }: Pick<KnowledgeContext, 'workers' | 'models'>,
  scope: Scope,
  { source, modelId, embedding, signal }: PreparationFor,
): Preparation {
  const { chunkingConfiguration: chunking } = (source.ingestion ?? {}) as VectorIngestionConfiguration;
  const { fingerprint } = embedding;
  return {
    workers,
    embedding,
    embed: (texts) => embedTexts(models, scope, { modelId, texts, purpose: 'document', fingerprint, signal }),
    signal,
    ...(chunking && { chunking }),
  };
}
