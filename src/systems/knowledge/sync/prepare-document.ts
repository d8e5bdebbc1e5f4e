import type { Chunk, Metadata } from '../../../segments/index.ts';
import type { WorkerPool } from '../../../workers/index.ts';
import { chunkPayload } from '../chunk-detail.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import type { EmbedSentences } from '../chunkers/sentence-distances.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';
import type { Cutting } from '../parsers/chunk-document.ts';
import { readDocument } from '../parsers/read-document.ts';
import type { TextRecognition } from '../parsers/text-recognition.ts';
import type { KeepTables } from '../table-answers/keep-tables.ts';
import type { TransformDocument } from '../transformation/transform-document.ts';
import type { SidecarMetadata } from './sidecar.ts';

/** What turns the bytes of a document into passages. */
export interface Preparation extends Cutting {
  readonly workers: WorkerPool;
  /** Needed by a strategy that compares sentences, where the embedder is elsewhere. */
  readonly embed?: EmbedSentences;
  /** The data source's own transformation; absent: it has none. */
  readonly transform?: TransformDocument;
  /** Keeps the tables of documents; absent: they are text alone. */
  readonly keepTables?: KeepTables;
  /** Reads pages that are images; absent where no such program is installed. */
  readonly recognition?: TextRecognition;
  readonly signal: AbortSignal;
}

/** Who a document is to the index. */
export interface DocumentIdentity {
  readonly documentId: string;
  readonly dataSourceId: string;
  /** `s3://bucket/key`; of one that came by a call of its own, the id that it was put under. */
  readonly uri: string;
  readonly isCustom: boolean;
}

export interface DocumentContent {
  /** Of the document in its data source. */
  readonly key: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
  /** The file's name or key, for its extension. */
  readonly name: string;
  readonly mediaType: string | undefined;
}

export interface PreparedDocument {
  readonly chunks: readonly Chunk[];
  readonly pages: number | null;
  /** Of the text, in UTF-16 code units. */
  readonly characters: number;
  /** What of its metadata is searched together with the text; null where passages have metadata of their own. */
  readonly embedded: string | null;
}

/**
 * Parses and cuts a document, and gives its passages as the index takes them.
 *
 * @throws LoamError as `readDocument` does
 */
export async function prepareDocument(
  preparation: Preparation,
  identity: DocumentIdentity,
  { bytes, name, mediaType, key, sha256: contentSha256 }: DocumentContent,
  metadata: SidecarMetadata,
): Promise<PreparedDocument> {
  const { workers, chunking, embedding, embed, recognition, signal } = preparation;
  const document = await readDocument(
    workers,
    {
      content: { bytes },
      name,
      ...(mediaType !== undefined && { mediaType }),
      ...(chunking && { chunking }),
      ...(embedding && { embedding }),
      ...(metadata.records && { records: metadata.records }),
    },
    { signal, ...(embed && { embed }), ...(recognition && { recognition }) },
  );
  const { tables } = document;
  // A transformation may have left out what the tables would tell.
  if (tables && !preparation.transform) {
    await preparation.keepTables?.({ ...identity, key, contentSha256, isRecords: Boolean(metadata.records), tables });
  }
  const { attributes, embedded } = metadata;
  const read = { chunks: document.chunks, attributes };
  const { chunks, ...transformed } = preparation.transform ? await preparation.transform(identity, read) : read;
  const { title } = document;
  return {
    chunks: chunksOf(identity, { chunks, title }, { ...transformed, ...(embedded !== undefined && { embedded }) }),
    pages: document.pages ?? null,
    characters: document.characters,
    embedded: chunks.some((draft) => draft.metadata) ? null : (embedded ?? ''),
  };
}

/** What every passage of a document carries beside its page: the document's own metadata, and what the service adds. */
export function documentMetadata({ uri, dataSourceId }: DocumentIdentity, attributes: Metadata): Metadata {
  return { ...attributes, [SYSTEM_METADATA.sourceUri]: uri, [SYSTEM_METADATA.dataSourceId]: dataSourceId };
}

function chunksOf(
  identity: DocumentIdentity,
  { chunks, title }: { chunks: readonly ChunkDraft[]; title: string | undefined },
  { attributes, embedded }: SidecarMetadata,
): Chunk[] {
  const metadata = documentMetadata(identity, attributes);
  return chunks.map((draft, ordinal) => {
    const payload = payloadOf(identity, draft);
    return {
      id: `${identity.documentId}:${ordinal}`,
      documentId: identity.documentId,
      text: draft.text,
      ...titleOf(title, draft, embedded),
      ...(draft.page !== undefined && { page: draft.page }),
      metadata: metadataOf(identity, metadata, draft),
      ...(payload !== undefined && { payload }),
    };
  });
}

// What a chunk has of its own wins over its document's, and what the service itself says of a passage over both.
function metadataOf(identity: DocumentIdentity, ofDocument: Metadata, { page, metadata }: ChunkDraft): Metadata {
  const own = page === undefined ? undefined : { [SYSTEM_METADATA.pageNumber]: page };
  if (metadata) return { ...documentMetadata(identity, { ...ofDocument, ...metadata }), ...own };
  return own ? { ...ofDocument, ...own } : ofDocument;
}

function payloadOf({ documentId, isCustom }: DocumentIdentity, { parent, cells }: ChunkDraft): string | undefined {
  return chunkPayload({
    ...(parent && { parent: parentDetail(documentId, parent) }),
    ...(cells !== undefined && { cells }),
    ...(isCustom && { custom: true as const }),
  });
}

function parentDetail(documentId: string, { ordinal, ...parent }: NonNullable<ChunkDraft['parent']>) {
  return { id: `${documentId}:p${ordinal}`, ...parent };
}

/** What is searched beside the text: the document's title, the headings above the chunk, and metadata that asks for it. */
function titleOf(title: string | undefined, { heading }: ChunkDraft, embedded: string | undefined): { title?: string } {
  const parts = new Set([title, heading, embedded].filter((part) => part !== undefined && part !== ''));
  return parts.size > 0 ? { title: [...parts].join('\n') } : {};
}
