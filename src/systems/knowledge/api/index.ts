import { partial, real, type ServiceOperations, storedOnly } from '../../../wire/operation.ts';
import type { AnswerContext } from '../answer.ts';
import { createNameResolver } from '../import/resolve-names.ts';
import type { RetrieveContext } from '../retrieve.ts';
import type { WatchContext } from '../watching.ts';
import { createDataSourceOperation } from './create-data-source.ts';
import { createKnowledgeBaseOperation } from './create-knowledge-base.ts';
import { deleteDataSourceOperation } from './delete-data-source.ts';
import { deleteKnowledgeBaseOperation } from './delete-knowledge-base.ts';
import { deleteKnowledgeBaseDocumentsOperation } from './delete-knowledge-base-documents.ts';
import { knowledgeErrors } from './errors.ts';
import { getDataSourceOperation } from './get-data-source.ts';
import { getIngestionJobOperation } from './get-ingestion-job.ts';
import { getKnowledgeBaseOperation } from './get-knowledge-base.ts';
import { getKnowledgeBaseDocumentsOperation } from './get-knowledge-base-documents.ts';
import { knowledgeGuard } from './guard.ts';
import { ingestKnowledgeBaseDocumentsOperation } from './ingest-knowledge-base-documents.ts';
import { listDataSourcesOperation } from './list-data-sources.ts';
import { listIngestionJobsOperation } from './list-ingestion-jobs.ts';
import { listKnowledgeBaseDocumentsOperation } from './list-knowledge-base-documents.ts';
import { listKnowledgeBasesOperation } from './list-knowledge-bases.ts';
import { bedrockAgentPermissions, bedrockAgentRuntimePermissions } from './permissions.ts';
import { rerankOperation } from './rerank.ts';
import { retrieveOperation } from './retrieve.ts';
import { retrieveAndGenerateOperation } from './retrieve-and-generate.ts';
import { retrieveAndGenerateStreamOperation } from './retrieve-and-generate-stream.ts';
import { startIngestionJobOperation } from './start-ingestion-job.ts';
import { stopIngestionJobOperation } from './stop-ingestion-job.ts';
import { listTagsForResourceOperation, tagResourceOperation, untagResourceOperation } from './tag-resource.ts';
import { updateDataSourceOperation } from './update-data-source.ts';
import { updateKnowledgeBaseOperation } from './update-knowledge-base.ts';

const VECTOR_STORES =
  'A storageConfiguration leads to the vector store that the setting vectorStores maps its ARN or endpoint to. One that is not mapped, and the types MONGO_DB_ATLAS, NEPTUNE_ANALYTICS and S3_VECTORS, are served by the embedded index, as the header x-loam-vector-store says.';
const VECTOR_ONLY =
  'The type is VECTOR: KENDRA and SQL knowledge bases, supplementalDataStorageConfiguration, audio and video options and the BINARY embeddingDataType are refused.';
const OWN_DIMENSIONS =
  'embeddingModelConfiguration.dimensions is kept; the index compares vectors in the embedder’s own dimensions, which ranks alike.';
const S3_OR_CUSTOM =
  'The type is CUSTOM, or S3 with a bucket of the caller’s own account: other connectors are refused.';
const CALLERS_OBJECTS =
  'Objects that a document of a CUSTOM data source names are read if the caller may read them (s3:GetObject), in place of the service role.';
const NO_LISTS = 'accessControlList is refused.';
const CHUNKING =
  'Files are parsed by what they hold: parsing by a foundation model or by data automation, and context enrichment, are refused. A custom transformation is one that the operator has registered under its ARN.';
const SEARCH = 'Images, guardrails, managed search and userContext are refused.';
const IMPLICIT = 'Implicit filters need a model that writes: the built-in answerer is refused there.';
const RERANK = 'additionalModelRequestFields is refused.';
const ANSWER = 'Guardrails, userContext and the optimized latency are refused.';
const EXTRACTIVE =
  'The embedded answerer picks sentences of the search results: of a prompt template it heeds the placeholders alone, follow-ups and parts of a question it finds by rules, and it takes no additionalModelRequestFields.';

export function bedrockAgentOperations(context: RetrieveContext & WatchContext): ServiceOperations {
  return {
    service: 'bedrock-agent',
    errors: knowledgeErrors,
    permissions: bedrockAgentPermissions,
    resolveNames: createNameResolver(context),
    guard: knowledgeGuard(context),
    operations: {
      CreateKnowledgeBase: partial(createKnowledgeBaseOperation(context), VECTOR_STORES, VECTOR_ONLY, OWN_DIMENSIONS),
      GetKnowledgeBase: real(getKnowledgeBaseOperation(context)),
      ListKnowledgeBases: real(listKnowledgeBasesOperation(context)),
      UpdateKnowledgeBase: real(updateKnowledgeBaseOperation(context)),
      DeleteKnowledgeBase: real(deleteKnowledgeBaseOperation(context)),
      CreateDataSource: partial(createDataSourceOperation(context), S3_OR_CUSTOM, CHUNKING),
      GetDataSource: real(getDataSourceOperation(context)),
      ListDataSources: real(listDataSourcesOperation(context)),
      UpdateDataSource: partial(
        updateDataSourceOperation(context),
        S3_OR_CUSTOM,
        'The bucket of a data source cannot change, nor how it chunks, as with the service.',
      ),
      DeleteDataSource: real(deleteDataSourceOperation(context)),
      StartIngestionJob: real(startIngestionJobOperation(context)),
      GetIngestionJob: real(getIngestionJobOperation(context)),
      ListIngestionJobs: real(listIngestionJobsOperation(context)),
      StopIngestionJob: real(stopIngestionJobOperation(context)),
      ListKnowledgeBaseDocuments: real(listKnowledgeBaseDocumentsOperation(context)),
      GetKnowledgeBaseDocuments: real(getKnowledgeBaseDocumentsOperation(context)),
      IngestKnowledgeBaseDocuments: partial(ingestKnowledgeBaseDocumentsOperation(context), CALLERS_OBJECTS, NO_LISTS),
      DeleteKnowledgeBaseDocuments: real(deleteKnowledgeBaseDocumentsOperation(context)),
      TagResource: storedOnly(tagResourceOperation(context), 'Of knowledge bases; other resources are not found.'),
      UntagResource: storedOnly(untagResourceOperation(context)),
      ListTagsForResource: storedOnly(listTagsForResourceOperation(context)),
    },
  };
}

export function bedrockAgentRuntimeOperations(context: AnswerContext): ServiceOperations {
  return {
    service: 'bedrock-agent-runtime',
    errors: knowledgeErrors,
    permissions: bedrockAgentRuntimePermissions,
    resolveNames: createNameResolver(context),
    guard: knowledgeGuard(context),
    operations: {
      Retrieve: partial(retrieveOperation(context), SEARCH, IMPLICIT, RERANK),
      Rerank: partial(rerankOperation(context), RERANK),
      RetrieveAndGenerate: partial(retrieveAndGenerateOperation(context), ANSWER, EXTRACTIVE),
      RetrieveAndGenerateStream: partial(retrieveAndGenerateStreamOperation(context), ANSWER, EXTRACTIVE),
    },
  };
}
