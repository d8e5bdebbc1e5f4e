import type { DocumentIdentifier, KnowledgeBaseDocumentDetail } from '@aws-sdk/client-bedrock-agent';
import type { DocumentState } from '../documents.ts';
import type { DataSourceIds } from '../tables/data-sources.ts';

export function documentDetail(
  { knowledgeBaseId, dataSourceId }: DataSourceIds,
  state: DocumentState,
): KnowledgeBaseDocumentDetail {
  return {
    ...{ knowledgeBaseId, dataSourceId },
    identifier: identifierShape(state),
    status: state.status,
    statusReason: state.reason,
    updatedAt: state.updatedAt,
  };
}

function identifierShape({ uri, isCustom }: DocumentState): DocumentIdentifier {
  return isCustom ? { dataSourceType: 'CUSTOM', custom: { id: uri } } : { dataSourceType: 'S3', s3: { uri } };
}
