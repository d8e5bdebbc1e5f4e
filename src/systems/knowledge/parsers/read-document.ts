import { stat } from 'node:fs/promises';
import type { ChunkingConfiguration } from '@aws-sdk/client-bedrock-agent';
import { isLoamError } from '../../../core/errors.ts';
import { taskFile, type WorkerLimits, type WorkerPool, type WorkerTask } from '../../../workers/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { unreadable } from './unreadable.ts';

/** A document as a data source holds it. */
export interface DocumentToRead {
  /** A path where the object store has one: bytes would be copied to the worker. */
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
  /** The file's name or key. */
  readonly name: string;
  /** As the object's Content-Type says. */
  readonly mediaType?: string;
  /** The data source's own; absent: default chunking. */
  readonly chunking?: ChunkingConfiguration;
}

/** What the index needs of a document: all that comes back from the worker. */
export interface ReadDocument {
  /** The parser's name. */
  readonly format: string;
  readonly title?: string;
  readonly pages?: number;
  /** Never empty: a document without text is an error. */
  readonly chunks: readonly ChunkDraft[];
  /** Of the text that was read, in UTF-16 code units. */
  readonly characters: number;
}

/** Facts 1.5: a source file has at most 50 MB. */
export const MAX_DOCUMENT_BYTES = 50 * 2 ** 20;
const DOCUMENT_LIMITS: WorkerLimits = { timeoutMs: 120_000, cpuMs: 18_000, memoryMb: 768 };

const READ_DOCUMENT: WorkerTask<DocumentToRead, ReadDocument> = {
  name: 'Reading the document',
  file: taskFile(import.meta.url, './read-document.task.ts'),
  isolation: 'process',
};

/**
 * Parses a document and cuts it into chunks, in a worker process.
 *
 * @throws LoamError `document-unreadable` with a reason for whoever owns the document; `not-implemented` for a chunking
 * strategy that does not exist yet; `work-failed` when the fault is ours; the signal's reason when it fires.
 * @example await readDocument(pool, { content: { path }, name: 'protocols/a.pdf' })
 */
export async function readDocument(
  pool: WorkerPool,
  document: DocumentToRead,
  options: { limits?: WorkerLimits; signal?: AbortSignal } = {},
): Promise<ReadDocument> {
  const { limits = DOCUMENT_LIMITS, ...rest } = options;
  if ((await sizeOf(document)) > MAX_DOCUMENT_BYTES) throw unreadable('too-large');
  try {
    return await pool.run(READ_DOCUMENT, document, { limits, ...rest });
  } catch (error) {
    const isTooMuch = isLoamError(error, 'work-timed-out') || isLoamError(error, 'work-out-of-memory');
    throw isTooMuch ? unreadable('too-complex', error) : error;
  }
}

async function sizeOf({ content }: DocumentToRead): Promise<number> {
  if ('bytes' in content) return content.bytes.byteLength;
  const { size } = await stat(content.path);
  return size;
}
