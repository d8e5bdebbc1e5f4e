import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { type Metadata, matchesFilter } from '../../../segments/index.ts';
import { openBytes } from '../../../storage/keys/sealed-stream.ts';
import { aboutKnowledgeBase, openDataKey } from '../bound-keys.ts';
import type { KnowledgeContext } from '../context.ts';
import { isCustomSource } from '../data-source-configuration.ts';
import { MAX_DOCUMENT_BYTES } from '../parsers/read-document.ts';
import { unreadable } from '../parsers/unreadable.ts';
import type { DataSourceRow } from '../tables/data-sources.ts';
import { type DocumentChangeRow, type DocumentRequest, selectChangeContent } from '../tables/document-changes.ts';
import type { DocumentRow } from '../tables/documents.ts';
import type { DocumentBucket } from './document-bucket.ts';
import { documentIdOf, type PlannedDocument } from './plan.ts';
import { type DocumentIdentity, documentMetadata, type Preparation, prepareDocument } from './prepare-document.ts';
import { type DocumentResult, failedRow, NO_METADATA } from './read-planned.ts';
import { readWhole, sha256Of } from './read-whole.ts';
import { sidecarKey } from './scan.ts';
import { MOST_SIDECAR_BYTES, readSidecar, type SidecarMetadata, sidecarTooLarge } from './sidecar.ts';
import { checkStorable } from './storable.ts';

export interface ChangeReading {
  readonly context: Pick<KnowledgeContext, 'database' | 'dataKeys'>;
  readonly scope: Scope;
  readonly source: DataSourceRow;
  readonly preparation: Preparation;
  openBucket(bucket: string): DocumentBucket;
}

export function isIngestion(change: DocumentChangeRow): change is IngestChange {
  return change.action === 'ingest';
}

export type IngestChange = DocumentChangeRow & { readonly request: DocumentRequest };

/** A document that came by a call of its own and was read, or why it could not be; undefined when another has taken its place. */
export async function readChange(
  reading: ChangeReading,
  change: IngestChange,
  known: DocumentRow | undefined,
): Promise<DocumentResult | undefined> {
  const planned = plannedRow(reading.source, change, known);
  try {
    return await read(reading, change, planned);
  } catch (error) {
    reading.preparation.signal.throwIfAborted();
    return { row: failedRow(planned, error), chunks: [], characters: 0 };
  }
}

/** What a change begins with: what holds of the document, if it is there. */
export function plannedRow(
  { id }: DataSourceRow,
  { key, request }: IngestChange,
  known: DocumentRow | undefined,
): PlannedDocument {
  const { metadata } = request;
  return {
    key,
    documentId: known?.documentId ?? documentIdOf(id, key),
    change: known?.indexed ? 'modified' : 'new',
    outcome: 'pending',
    size: known?.size ?? 0,
    etag: known?.etag ?? '',
    sidecarEtag: known?.sidecarEtag ?? null,
    sidecarChanged: false,
    wasIndexed: known?.indexed ?? false,
    indexed: known?.indexed ?? false,
    contentSha256: known?.contentSha256 ?? null,
    pages: known?.pages ?? null,
    chunks: known?.chunks ?? null,
    reason: null,
    attributes: known?.attributes ?? (metadata.kind === 'inline' ? metadata.attributes : null),
    embedded: known?.embedded ?? null,
    lost: known?.lost ?? false,
  };
}

async function read(
  reading: ChangeReading,
  { key, changeId, request }: IngestChange,
  planned: PlannedDocument,
): Promise<DocumentResult | undefined> {
  const content = await contentOf(reading, key, changeId, request);
  if (content === undefined) return undefined;
  const { metadata, sidecarEtag } = await metadataOf(reading, request);
  const identity = identityOf(reading.source, planned, request);
  checkVisible(identity, request, metadata);
  const { chunks, pages, characters, embedded } = await prepareDocument(
    reading.preparation,
    identity,
    { ...content, key },
    metadata,
  );
  // A record, or what a transformation has made of the document, has metadata of its own.
  for (const chunk of chunks) if (!isVisible(request, chunk.metadata)) throw outsideOfVisible();
  const row: PlannedDocument = {
    ...planned,
    outcome: 'indexed',
    indexed: true,
    size: content.bytes.byteLength,
    etag: content.etag,
    sidecarEtag,
    contentSha256: content.sha256,
    pages,
    chunks: chunks.length,
    attributes: metadata.attributes,
    embedded,
    lost: false,
  };
  return { row, chunks, characters };
}

interface ReadContent {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly mediaType: string | undefined;
  readonly etag: string;
  readonly sha256: string;
}

async function contentOf(
  { context, scope, source, preparation, openBucket }: ChangeReading,
  key: string,
  changeId: string,
  { content }: DocumentRequest,
): Promise<ReadContent | undefined> {
  if (content.kind === 'object') {
    const opened = await openBucket(content.bucket).open(content.key, preparation.signal);
    const { bytes, sha256 } = await readWhole(opened, MAX_DOCUMENT_BYTES, () => unreadable('too-large'));
    return { bytes, sha256, name: content.key, mediaType: opened.mediaType, etag: opened.etag };
  }
  const ids = { knowledgeBaseId: source.knowledgeBaseId, dataSourceId: source.id };
  const kept = await selectChangeContent(context.database, scope, { ...ids, key, changeId });
  if (!kept) return undefined;
  const bytes = kept.sealedKey ? await opened(context, scope, source, kept.content, kept.sealedKey) : kept.content;
  // It has no name: what it is, its media type and its content tell.
  return { bytes, sha256: sha256Of(bytes), name: '', mediaType: content.mediaType, etag: '' };
}

async function opened(
  context: ChangeReading['context'],
  scope: Scope,
  { knowledgeBaseId }: DataSourceRow,
  sealed: Uint8Array,
  sealedKey: Uint8Array,
): Promise<Uint8Array> {
  const dataKey = await openDataKey(context, scope, sealedKey, aboutKnowledgeBase(scope, knowledgeBaseId));
  return openBytes(dataKey, sealed);
}

/** The metadata of a document, and the ETag of the file that a sync would find it in: then it has nothing to do. */
async function metadataOf(
  reading: ChangeReading,
  { content, metadata }: DocumentRequest,
): Promise<{ metadata: SidecarMetadata; sidecarEtag: string | null }> {
  if (metadata.kind === 'inline') return { metadata: { attributes: metadata.attributes }, sidecarEtag: null };
  const beside = content.kind === 'object' ? { bucket: content.bucket, key: sidecarKey(content.key) } : undefined;
  if (metadata.kind === 'object') {
    const file = await readMetadataFile(reading, metadata);
    const isBeside = beside?.bucket === metadata.bucket && beside.key === metadata.key;
    return { metadata: file.metadata, sidecarEtag: isBeside ? file.etag : null };
  }
  if (!beside) return { metadata: NO_METADATA, sidecarEtag: null };
  try {
    const file = await readMetadataFile(reading, beside);
    return { metadata: file.metadata, sidecarEtag: file.etag };
  } catch (error) {
    if (isLoamError(error, 'key-not-found')) return { metadata: NO_METADATA, sidecarEtag: null };
    throw error;
  }
}

async function readMetadataFile(
  { openBucket, preparation }: ChangeReading,
  { bucket, key }: { bucket: string; key: string },
): Promise<{ metadata: SidecarMetadata; etag: string }> {
  const file = await openBucket(bucket).open(key, preparation.signal);
  const { bytes } = await readWhole(file, MOST_SIDECAR_BYTES, sidecarTooLarge);
  return { metadata: checkStorable(readSidecar(bytes)), etag: file.etag };
}

function identityOf(
  { id, configuration }: DataSourceRow,
  { key, documentId }: PlannedDocument,
  { content }: DocumentRequest,
): DocumentIdentity {
  const isCustom = isCustomSource(configuration);
  const uri = isCustom || content.kind === 'inline' ? key : `s3://${content.bucket}/${content.key}`;
  return { documentId, dataSourceId: id, uri, isCustom };
}

/** Metadata that came in a file was not known when the document was put. */
function checkVisible(identity: DocumentIdentity, request: DocumentRequest, { attributes }: SidecarMetadata): void {
  if (!isVisible(request, documentMetadata(identity, attributes))) throw outsideOfVisible();
}

function isVisible({ visible }: DocumentRequest, metadata: Metadata): boolean {
  return !visible || matchesFilter(visible, metadata);
}

function outsideOfVisible(): LoamError {
  return new LoamError('sidecar-invalid', { problem: 'it is outside of what exists for whoever put the document' });
}
