import type { ExternalSource as WireSource } from '@aws-sdk/client-bedrock-agent-runtime';
import { isLoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Hit } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import { taskFile, type WorkerLimits, type WorkerTask } from '../../workers/index.ts';
import type { Objects } from '../objects/index.ts';
import type { TransientSearch } from './answering/search-transient.task.ts';
import type { KnowledgeContext } from './context.ts';
import { SYSTEM_METADATA } from './metadata-keys.ts';
import { readDocument } from './parsers/read-document.ts';
import { refuse } from './refusal.ts';
import type { Passage } from './retrieval/passage.ts';
import { parseS3Uri } from './s3-uri.ts';
import { readWhole } from './sync/read-whole.ts';

export interface ExternalContext extends KnowledgeContext {
  readonly openObject: Objects['openObject'];
}

/** A document that a question brings along: bytes in the request, or an object that the caller may read. */
export type ExternalSource =
  | { readonly type: 'object'; readonly uri: string; readonly bucket: string; readonly key: string }
  | { readonly type: 'bytes'; readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array };

const PATH = 'retrieveAndGenerateConfiguration.externalSourcesConfiguration.sources';
/** As the wire has it for bytes; the same for objects. */
const MOST_BYTES = 10 * 2 ** 20;
const MOST_PASSAGES = 30;
const SEARCH: WorkerTask<TransientSearch, readonly (readonly Hit[])[]> = {
  name: 'Searching a document',
  file: taskFile(import.meta.url, './answering/search-transient.task.ts'),
};
const LIMITS: WorkerLimits = { timeoutMs: 60_000, memoryMb: 512 };

/** @throws LoamError `parameter-invalid` for a source without what its type needs */
export function readExternalSource(sources: readonly Received<WireSource>[]): ExternalSource {
  const [source] = sources;
  if (source === undefined || sources.length > 1) refuse(PATH, `has ${sources.length} sources`, 'one source');
  const { sourceType, s3Location, byteContent } = source;
  if (sourceType === 'S3') {
    if (!s3Location || byteContent) refuse(`${PATH}[0]`, 'is of the type S3', 's3Location, and it alone');
    const place = parseS3Uri(s3Location.uri);
    if (!place) refuse(`${PATH}[0].s3Location.uri`, 'names no object', 's3://bucket/key');
    return { type: 'object', uri: s3Location.uri, ...place };
  }
  if (!byteContent || s3Location) refuse(`${PATH}[0]`, 'is of the type BYTE_CONTENT', 'byteContent, and it alone');
  const { identifier, contentType, data } = byteContent;
  if (data.length > MOST_BYTES) refuse(`${PATH}[0].byteContent.data`, `is ${data.length} bytes`, '1 to 10485760 bytes');
  return { type: 'bytes', name: identifier, mediaType: contentType, bytes: data };
}

/**
 * The passages of a document that are closest to some queries, best first for each. It is read, embedded and searched in
 * workers, and nothing of it is kept.
 *
 * @throws LoamError `parameter-invalid` for a document that cannot be read, with the reason; `key-not-found`,
 * `bucket-not-found`
 */
export async function searchExternal(
  context: ExternalContext,
  scope: Scope,
  { source, queries }: { source: ExternalSource; queries: readonly string[] },
  signal: AbortSignal,
): Promise<readonly (readonly Passage[])[]> {
  const { bytes, name, mediaType } = await bytesOf(context, scope, source, signal);
  const content = { content: { bytes }, name, ...(mediaType !== undefined && { mediaType }) };
  const { chunks, title } = await readDocument(context.workers, content, { signal }).catch((error: unknown) => {
    if (!isLoamError(error, 'document-unreadable')) throw error;
    return refuse(`${PATH}[0]`, `cannot be read: ${error.details.reason}`, 'a document of a format that is read');
  });
  const search: TransientSearch = { chunks, queries, limit: MOST_PASSAGES, ...(title !== undefined && { title }) };
  const found = await context.workers.run(SEARCH, search, { limits: LIMITS, signal });
  return found.map((hits) => hits.map((hit) => passageOf(hit, source)));
}

async function bytesOf(
  context: ExternalContext,
  scope: Scope,
  source: ExternalSource,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; name: string; mediaType: string | undefined }> {
  if (source.type === 'bytes') return source;
  const opened = await context.openObject(scope, source.bucket, source.key, { signal });
  const { stream: content, etag, size, contentType: mediaType } = opened;
  const document = { etag, size, mediaType, content };
  const { bytes } = await readWhole(document, MOST_BYTES, () =>
    refuse(`${PATH}[0].s3Location.uri`, `is ${size} bytes`, '1 to 10485760 bytes'),
  );
  return { bytes, name: source.key, mediaType };
}

function passageOf({ chunk, score }: Hit, source: ExternalSource): Passage {
  const uri = source.type === 'object' ? source.uri : source.name;
  const page = chunk.page === undefined ? {} : { [SYSTEM_METADATA.pageNumber]: chunk.page };
  const metadata = { [SYSTEM_METADATA.sourceUri]: uri, ...page, [SYSTEM_METADATA.chunkId]: chunk.id };
  const passage = { id: chunk.id, text: chunk.text, uri, score, metadata };
  return source.type === 'object' ? passage : { ...passage, custom: true };
}
