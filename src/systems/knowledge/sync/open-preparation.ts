import type { VectorIngestionConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { type Embedding, embedTexts } from '../indexing/embedding.ts';
import { createTableKeeper } from '../table-answers/keep-tables.ts';
import type { DataSourceRow } from '../tables/data-sources.ts';
import { transformationOf } from '../transformation/configuration.ts';
import type { OpenIntermediateStorage } from '../transformation/intermediate-storage.ts';
import { createTransformDocument, type TransformDocument } from '../transformation/transform-document.ts';
import { transformationFailed } from '../transformation/transformation-failed.ts';
import type { Preparation } from './prepare-document.ts';

export interface PreparationContext
  extends Pick<
    KnowledgeContext,
    'workers' | 'models' | 'ids' | 'transformations' | 'recognition' | 'database' | 'store' | 'clock' | 'dataKeys'
  > {
  readonly openIntermediateStorage: OpenIntermediateStorage;
}

export interface PreparationFor {
  readonly source: Pick<DataSourceRow, 'ingestion' | 'knowledgeBaseId' | 'id' | 'kmsKey'>;
  /** The embedding model that the knowledge base names, and how its index is made. */
  readonly modelId: string;
  readonly embedding: Embedding;
  /** Told to a transformation; a name of its own where documents come without an ingestion job. */
  readonly ingestionJobId?: string;
  readonly signal: AbortSignal;
}

const ID_LENGTH = 10;

/** How the documents of a data source become passages: all that its configuration and its knowledge base say of it. */
export function openPreparation(context: PreparationContext, scope: Scope, of: PreparationFor): Preparation {
  const { workers, models, recognition } = context;
  const { source, modelId, embedding, signal } = of;
  const { chunkingConfiguration: chunking } = (source.ingestion ?? {}) as VectorIngestionConfiguration;
  const { fingerprint } = embedding;
  const transform = openTransformation(context, scope, of);
  return {
    workers,
    embedding,
    embed: (texts) => embedTexts(models, scope, { modelId, texts, purpose: 'document', fingerprint, signal }),
    keepTables: createTableKeeper(context, scope, source),
    signal,
    ...(chunking && { chunking }),
    ...(transform && { transform }),
    ...(recognition && { recognition }),
  };
}

function openTransformation(
  { transformations, openIntermediateStorage, ids }: PreparationContext,
  scope: Scope,
  { source, ingestionJobId = ids.id(ID_LENGTH), signal }: PreparationFor,
): TransformDocument | undefined {
  const chosen = transformationOf(source.ingestion);
  if (!chosen) return undefined;
  const transformation = transformations?.find(chosen.lambdaArn);
  // Documents must not be found as if it had seen them.
  if (!transformation) {
    return () => Promise.reject(transformationFailed(`${chosen.lambdaArn} is no longer registered`));
  }
  return createTransformDocument({
    ...{ knowledgeBaseId: source.knowledgeBaseId, dataSourceId: source.id, ingestionJobId, transformation, signal },
    storage: openIntermediateStorage(scope, chosen.place, signal),
  });
}
