import { createHash } from 'node:crypto';
import type { ChunkingConfiguration } from '@aws-sdk/client-bedrock-agent';
import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Chunk, Metadata } from '../../../segments/index.ts';
import type { WorkerPool } from '../../../workers/index.ts';
import { chunkPayload } from '../chunk-detail.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';
import { MAX_DOCUMENT_BYTES, type ReadDocument, readDocument } from '../parsers/read-document.ts';
import { unreadable } from '../parsers/unreadable.ts';
import type { DocumentBucket, OpenedDocument } from './document-bucket.ts';
import type { PlannedDocument } from './plan.ts';
import { sidecarKey } from './scan.ts';
import { MOST_SIDECAR_BYTES, readSidecar, type SidecarMetadata, sidecarTooLarge } from './sidecar.ts';

/** A document that was read, or why it could not be. */
export interface DocumentResult {
  readonly row: PlannedDocument;
  readonly chunks: readonly Chunk[];
  /** Of the text, in UTF-16 code units. */
  readonly characters: number;
}

export interface ReadContext {
  readonly workers: WorkerPool;
  readonly bucket: DocumentBucket;
  readonly dataSourceId: string;
  /** The data source's own; undefined: default chunking. */
  readonly chunking: ChunkingConfiguration | undefined;
  readonly signal: AbortSignal;
}

const NO_METADATA: SidecarMetadata = { attributes: {} };
// Faults of the store or the database are no document's: they end the attempt, and the job tries again.
const PASSING = new Set(['unavailable', 'throttled', 'dependency']);

/**
 * Reads one planned document: its bytes, its sidecar, its text in chunks. What is wrong with the document itself becomes its
 * outcome; it never throws for that.
 */
export async function readPlanned(context: ReadContext, row: PlannedDocument): Promise<DocumentResult> {
  try {
    return await read(context, row);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isLoamError(error) || PASSING.has(error.kind)) throw error;
    return { row: { ...row, outcome: 'failed', reason: error.message }, chunks: [], characters: 0 };
  }
}

async function read(context: ReadContext, planned: PlannedDocument): Promise<DocumentResult> {
  const opened = await context.bucket.open(planned.key, context.signal);
  const { bytes, sha256: contentSha256 } = await readAll(opened, MAX_DOCUMENT_BYTES, () => unreadable('too-large'));
  const row = { ...planned, etag: opened.etag, size: bytes.length, contentSha256 };
  const isSameContent = planned.indexed && planned.contentSha256 === contentSha256;
  if (isSameContent && planned.change === 'modified' && !planned.sidecarChanged) {
    return { row: { ...row, outcome: 'unchanged' }, chunks: [], characters: 0 };
  }
  const metadata = await sidecarOf(context, planned);
  const document = await readDocument(
    context.workers,
    {
      content: { bytes },
      name: planned.key,
      ...(opened.mediaType !== undefined && { mediaType: opened.mediaType }),
      ...(context.chunking && { chunking: context.chunking }),
    },
    { signal: context.signal },
  );
  return {
    row: {
      ...row,
      change: isSameContent ? 'metadata' : planned.change,
      outcome: 'indexed',
      indexed: true,
      pages: document.pages ?? null,
      chunks: document.chunks.length,
    },
    chunks: chunksOf(context, row, document, metadata),
    characters: document.characters,
  };
}

async function sidecarOf(
  { bucket, signal }: ReadContext,
  { key, sidecarEtag }: PlannedDocument,
): Promise<SidecarMetadata> {
  if (sidecarEtag === null) return NO_METADATA;
  const opened = await bucket.open(sidecarKey(key), signal);
  const { bytes } = await readAll(opened, MOST_SIDECAR_BYTES, sidecarTooLarge);
  return readSidecar(bytes);
}

/** Hashed as it comes: all at once, a large document would hold up the event loop. */
async function readAll(
  { size, content }: OpenedDocument,
  limit: number,
  tooLarge: () => LoamError,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  if (size > limit) {
    content.destroy();
    throw tooLarge();
  }
  const bytes = new Uint8Array(size);
  const hash = createHash('sha256');
  let filled = 0;
  for await (const part of content) {
    if (filled + part.length > size) throw new LoamError('bytes-missing', { id: 'of a document' });
    bytes.set(part, filled);
    hash.update(part);
    filled += part.length;
  }
  return { bytes: bytes.subarray(0, filled), sha256: hash.digest('hex') };
}

function chunksOf(
  { bucket, dataSourceId }: ReadContext,
  { key, documentId }: PlannedDocument,
  { chunks, title }: ReadDocument,
  { attributes, embedded }: SidecarMetadata,
): Chunk[] {
  const metadata: Metadata = {
    ...attributes,
    [SYSTEM_METADATA.sourceUri]: `s3://${bucket.name}/${key}`,
    [SYSTEM_METADATA.dataSourceId]: dataSourceId,
  };
  return chunks.map((draft, ordinal) => {
    const payload = payloadOf(documentId, draft);
    return {
      id: `${documentId}:${ordinal}`,
      documentId,
      text: draft.text,
      ...titleOf(title, draft, embedded),
      ...(draft.page !== undefined && { page: draft.page }),
      metadata: metadataOf(metadata, draft),
      ...(payload !== undefined && { payload }),
    };
  });
}

// What the service itself says of a passage wins over what its document calls by the same name.
function metadataOf(ofDocument: Metadata, { page, metadata }: ChunkDraft): Metadata {
  const own = page === undefined ? undefined : { [SYSTEM_METADATA.pageNumber]: page };
  return metadata || own ? { ...metadata, ...ofDocument, ...own } : ofDocument;
}

function payloadOf(documentId: string, { parent, cells }: ChunkDraft): string | undefined {
  return chunkPayload({
    ...(parent && { parent: { id: `${documentId}:p${parent.ordinal}`, text: parent.text } }),
    ...(cells !== undefined && { cells }),
  });
}

/** What is searched beside the text: the document's title, the headings above the chunk, and metadata that asks for it. */
function titleOf(title: string | undefined, { heading }: ChunkDraft, embedded: string | undefined): { title?: string } {
  const parts = new Set([title, heading, embedded].filter((part) => part !== undefined && part !== ''));
  return parts.size > 0 ? { title: [...parts].join('\n') } : {};
}
