import type { DocumentIdentifier } from '@aws-sdk/client-bedrock-agent';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import { type Metadata, type MetadataFilter, matchesFilter } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import type { KnowledgeContext } from './context.ts';
import { documentLocation, isCustomSource } from './data-source-configuration.ts';
import { getDataSource } from './data-sources.ts';
import { readIdentifier } from './document-request.ts';
import { type DocumentStatus, statusOf } from './document-status.ts';
import { listPage } from './listing.ts';
import { documentMetadata } from './sync/prepare-document.ts';
import type { DataSourceIds, DataSourceRow } from './tables/data-sources.ts';
import { type DocumentView, selectDocumentViews, selectDocumentViewsByKey } from './tables/document-views.ts';

/** A document of a data source as it stands now, what is under way included. */
export interface DocumentState {
  /** Under which its data source knows it: the key of an object, or the id that it was put under. */
  readonly key: string;
  readonly uri: string;
  readonly isCustom: boolean;
  readonly status: DocumentStatus;
  readonly reason?: string | undefined;
  readonly pages?: number | undefined;
  readonly chunks?: number | undefined;
  /** Its own metadata, where it was read. */
  readonly attributes?: Metadata | undefined;
  readonly updatedAt?: Date | undefined;
}

type Documents = Pick<KnowledgeContext, 'database'>;

/** @param visible what of the knowledge base exists for the caller */
export async function listDocuments(
  context: KnowledgeContext,
  scope: Scope,
  request: DataSourceIds & { maxResults?: number | undefined; nextToken?: string | undefined },
  visible: MetadataFilter | undefined,
): Promise<Page<DocumentState>> {
  const { knowledgeBaseId, dataSourceId } = request;
  const source = await getDataSource(context, scope, request);
  const page = await listPage(
    context.pageTokens,
    scope,
    { operation: 'ListKnowledgeBaseDocuments', parameters: [knowledgeBaseId, dataSourceId, visible], ...request },
    {
      select: (after, limit) => selectVisible(context, scope, source, { after, limit, visible }),
      positionOf: ({ key }) => key,
    },
  );
  return { ...page, items: page.items.map((view) => stateOf(source, view)) };
}

/** Goes through the documents until there are enough that exist for the caller. */
async function selectVisible(
  { database }: Documents,
  scope: Scope,
  source: DataSourceRow,
  { after, limit, visible }: { after: string; limit: number; visible: MetadataFilter | undefined },
): Promise<DocumentView[]> {
  const found: DocumentView[] = [];
  for (let from: string | undefined = after; from !== undefined && found.length < limit; ) {
    const { views, next } = await selectDocumentViews(database, scope, { ...idsOf(source), after: from, limit });
    found.push(...views.filter((view) => isVisible(source, view, visible)));
    from = next;
  }
  return found.slice(0, limit);
}

/** @throws LoamError `parameter-invalid` for a document that is not named as its data source names them */
export async function getDocuments(
  context: KnowledgeContext,
  scope: Scope,
  request: DataSourceIds & { documentIdentifiers: readonly Received<DocumentIdentifier>[] },
  visible: MetadataFilter | undefined,
): Promise<DocumentState[]> {
  const source = await getDataSource(context, scope, request);
  const keys = identifiedKeys(source, request.documentIdentifiers);
  return documentsByKey(context, scope, source, { keys, visible });
}

/** The keys that identifiers name; of one that lies elsewhere its URI, which is no document's key. */
export function identifiedKeys(source: DataSourceRow, identifiers: readonly Received<DocumentIdentifier>[]): string[] {
  const names = identifiers.map((identifier, index) =>
    readIdentifier(source, identifier, `documentIdentifiers[${index}]`),
  );
  return names.map((name) => keyOfDocument(source, name));
}

/** The key of a document that its URI names; what is no URI in the bucket of the data source is taken as it is. */
export function keyOfDocument({ configuration }: DataSourceRow, name: string): string {
  if (isCustomSource(configuration)) return name;
  const start = `s3://${documentLocation(configuration).bucket}/`;
  return name.startsWith(start) ? name.slice(start.length) : name;
}

/** One state for each key, in their order. */
export async function documentsByKey(
  { database }: Documents,
  scope: Scope,
  source: DataSourceRow,
  { keys, visible }: { keys: readonly string[]; visible: MetadataFilter | undefined },
): Promise<DocumentState[]> {
  const views = await selectDocumentViewsByKey(database, scope, { ...idsOf(source), keys });
  const found = new Map(views.filter((view) => isVisible(source, view, visible)).map((view) => [view.key, view]));
  return keys.map((key) => {
    const view = found.get(key);
    return view ? stateOf(source, view) : { ...namesOf(source, key), status: 'NOT_FOUND' };
  });
}

/** What filters see of a document: its own metadata, and where it is from. */
export function metadataOfDocument(source: DataSourceRow, key: string, attributes: Metadata): Metadata {
  return documentMetadata({ documentId: '', dataSourceId: source.id, ...namesOf(source, key) }, attributes);
}

/** A document whose metadata was never read exists for nobody whose view is bounded. */
function isVisible(
  source: DataSourceRow,
  { key, attributes }: DocumentView,
  visible: MetadataFilter | undefined,
): boolean {
  if (visible === undefined) return true;
  return attributes !== null && matchesFilter(visible, metadataOfDocument(source, key, attributes));
}

function stateOf(source: DataSourceRow, view: DocumentView): DocumentState {
  const { key, reason, pages, chunks, attributes, updatedAt } = view;
  return {
    ...namesOf(source, key),
    ...statusOf(view),
    ...(pages !== null && { pages }),
    ...(chunks !== null && { chunks }),
    ...(attributes !== null && { attributes }),
    ...(reason !== null && { reason }),
    updatedAt,
  };
}

function namesOf({ configuration }: DataSourceRow, key: string): Pick<DocumentState, 'key' | 'uri' | 'isCustom'> {
  if (isCustomSource(configuration)) return { key, uri: key, isCustom: true };
  const { bucket } = documentLocation(configuration);
  return { key, uri: key.startsWith('s3://') ? key : `s3://${bucket}/${key}`, isCustom: false };
}

function idsOf({ knowledgeBaseId, id: dataSourceId, committedSync }: DataSourceRow) {
  return { knowledgeBaseId, dataSourceId, sync: committedSync };
}
