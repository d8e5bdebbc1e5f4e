import { isLoamError } from '../../../core/errors.ts';
import type { Chunk } from '../../../segments/index.ts';
import { MAX_DOCUMENT_BYTES } from '../parsers/read-document.ts';
import { unreadable } from '../parsers/unreadable.ts';
import type { DocumentBucket } from './document-bucket.ts';
import type { PlannedDocument } from './plan.ts';
import { type DocumentIdentity, type Preparation, prepareDocument } from './prepare-document.ts';
import { readWhole } from './read-whole.ts';
import { sidecarKey } from './scan.ts';
import { MOST_SIDECAR_BYTES, readSidecar, type SidecarMetadata, sidecarTooLarge } from './sidecar.ts';
import { checkStorable } from './storable.ts';

/** A document that was read, or why it could not be. */
export interface DocumentResult {
  readonly row: PlannedDocument;
  readonly chunks: readonly Chunk[];
  /** Of the text, in UTF-16 code units. */
  readonly characters: number;
}

export interface ReadContext extends Preparation {
  readonly bucket: DocumentBucket;
  readonly dataSourceId: string;
}

export const NO_METADATA: SidecarMetadata = { attributes: {} };
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
    return { row: failedRow(row, error), chunks: [], characters: 0 };
  }
}

/** The row of a document that could not be read. @throws what is no fault of the document's */
export function failedRow(row: PlannedDocument, error: unknown): PlannedDocument {
  if (!isLoamError(error) || PASSING.has(error.kind)) throw error;
  return { ...row, outcome: 'failed', reason: error.message };
}

async function read(context: ReadContext, planned: PlannedDocument): Promise<DocumentResult> {
  const opened = await context.bucket.open(planned.key, context.signal);
  const { bytes, sha256: contentSha256 } = await readWhole(opened, MAX_DOCUMENT_BYTES, () => unreadable('too-large'));
  const row = { ...planned, etag: opened.etag, size: bytes.length, contentSha256 };
  const isSameContent = planned.indexed && planned.contentSha256 === contentSha256;
  if (isSameContent && planned.change === 'modified' && !planned.sidecarChanged) {
    return { row: { ...row, outcome: 'unchanged' }, chunks: [], characters: 0 };
  }
  const metadata = await sidecarOf(context, planned);
  const content = { bytes, name: planned.key, mediaType: opened.mediaType, key: planned.key, sha256: contentSha256 };
  const { chunks, pages, characters, embedded } = await prepareDocument(
    context,
    identityOf(context, planned),
    content,
    metadata,
  );
  return {
    row: {
      ...row,
      change: isSameContent ? 'metadata' : planned.change,
      outcome: 'indexed',
      indexed: true,
      pages,
      chunks: chunks.length,
      attributes: metadata.attributes,
      embedded,
      lost: false,
    },
    chunks,
    characters,
  };
}

export function identityOf({ bucket, dataSourceId }: ReadContext, row: PlannedDocument): DocumentIdentity {
  return { documentId: row.documentId, dataSourceId, uri: `s3://${bucket.name}/${row.key}`, isCustom: false };
}

/** The metadata of a document, from the file beside it. @throws LoamError `sidecar-invalid`, `key-not-found` */
export async function sidecarOf(
  { bucket, signal }: Pick<ReadContext, 'bucket' | 'signal'>,
  { key, sidecarEtag }: Pick<PlannedDocument, 'key' | 'sidecarEtag'>,
): Promise<SidecarMetadata> {
  if (sidecarEtag === null) return NO_METADATA;
  const opened = await bucket.open(sidecarKey(key), signal);
  const { bytes } = await readWhole(opened, MOST_SIDECAR_BYTES, sidecarTooLarge);
  return checkStorable(readSidecar(bytes));
}
