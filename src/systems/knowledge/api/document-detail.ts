import type { KnowledgeBaseDocumentDetail } from '@aws-sdk/client-bedrock-agent';
import type { DocumentLookup } from '../documents.ts';
import type { DataSourceIds } from '../tables/data-sources.ts';

export function documentDetail(ids: DataSourceIds, found: DocumentLookup): KnowledgeBaseDocumentDetail {
  return {
    knowledgeBaseId: ids.knowledgeBaseId,
    dataSourceId: ids.dataSourceId,
    identifier: { dataSourceType: 'S3', s3: { uri: found.uri } },
    status: found.status,
    ...(found.status === 'NOT_FOUND' ? {} : { statusReason: found.reason ?? undefined, updatedAt: found.updatedAt }),
  };
}
