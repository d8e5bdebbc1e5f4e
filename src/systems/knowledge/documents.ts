import type { DocumentIdentifier } from '@aws-sdk/client-bedrock-agent';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Received } from '../../wire/operation.ts';
import type { KnowledgeContext } from './context.ts';
import { documentLocation } from './data-source-configuration.ts';
import { getDataSource } from './data-sources.ts';
import { listPage } from './listing.ts';
import { refuse } from './refusal.ts';
import type { DataSourceIds } from './tables/data-sources.ts';
import { type DocumentRow, selectDocuments, selectDocumentsByKey } from './tables/documents.ts';

/** A document of a data source, as its last sync left it. */
export interface DocumentState extends Pick<DocumentRow, 'reason' | 'pages' | 'chunks' | 'updatedAt'> {
  readonly uri: string;
  readonly status: 'INDEXED' | 'FAILED';
}

/** The same, or that there is no such document. */
export type DocumentLookup = DocumentState | { readonly uri: string; readonly status: 'NOT_FOUND' };

export async function listDocuments(
  context: KnowledgeContext,
  scope: Scope,
  request: DataSourceIds & { maxResults?: number | undefined; nextToken?: string | undefined },
): Promise<Page<DocumentState>> {
  const { knowledgeBaseId, dataSourceId } = request;
  const source = await getDataSource(context, scope, request);
  const { bucket } = documentLocation(source.configuration);
  const ids = { knowledgeBaseId, dataSourceId, sync: source.committedSync };
  const page = await listPage(
    context.pageTokens,
    scope,
    { operation: 'ListKnowledgeBaseDocuments', parameters: [knowledgeBaseId, dataSourceId], ...request },
    {
      select: (after, limit) => selectDocuments(context.database, scope, { ...ids, after, limit }),
      positionOf: (row) => row.key,
    },
  );
  return { ...page, items: page.items.map((row) => stateOf(bucket, row)) };
}

/** @throws LoamError `parameter-invalid` for a document that is not named by its S3 location */
export async function getDocuments(
  context: KnowledgeContext,
  scope: Scope,
  request: DataSourceIds & { documentIdentifiers: readonly Received<DocumentIdentifier>[] },
): Promise<DocumentLookup[]> {
  const uris = request.documentIdentifiers.map(({ s3 }) =>
    s3 === undefined ? refuse('documentIdentifiers', 'holds one without an S3 location', 'those of type S3') : s3.uri,
  );
  const source = await getDataSource(context, scope, request);
  const { bucket } = documentLocation(source.configuration);
  const start = `s3://${bucket}/`;
  const keys = uris.filter((uri) => uri.startsWith(start)).map((uri) => uri.slice(start.length));
  const { knowledgeBaseId, dataSourceId } = request;
  const of = { knowledgeBaseId, dataSourceId, sync: source.committedSync, keys };
  const rows = await selectDocumentsByKey(context.database, scope, of);
  const found = new Map(rows.map((row) => [start + row.key, stateOf(bucket, row)]));
  return uris.map((uri) => found.get(uri) ?? { uri, status: 'NOT_FOUND' });
}

function stateOf(bucket: string, row: DocumentRow): DocumentState {
  return {
    uri: `s3://${bucket}/${row.key}`,
    status: row.outcome === 'failed' ? 'FAILED' : 'INDEXED',
    reason: row.reason,
    pages: row.pages,
    chunks: row.chunks,
    updatedAt: row.updatedAt,
  };
}
