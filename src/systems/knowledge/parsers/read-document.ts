import { stat } from 'node:fs/promises';
import { isLoamError } from '../../../core/errors.ts';
import { taskFile, type WorkerLimits, type WorkerPool, type WorkerTask } from '../../../workers/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { type EmbedSentences, sentenceDistances } from '../chunkers/sentence-distances.ts';
import type { Cutting, UndecidedDocument } from './chunk-document.ts';
import type { ComparedDocument } from './cut-document.task.ts';
import type { RecordStructure } from './records.ts';
import { unreadable } from './unreadable.ts';

/** A document as a data source holds it. */
export interface DocumentToRead extends Cutting {
  /** A path where the object store has one: bytes would be copied to the worker. */
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
  /** The file's name or key. */
  readonly name: string;
  /** As the object's Content-Type says. */
  readonly mediaType?: string;
  /** Where each row of a CSV file is a record by itself: then chunking has no part in it. */
  readonly records?: RecordStructure;
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

const READ_DOCUMENT: WorkerTask<DocumentToRead, ReadDocument | UndecidedDocument> = {
  name: 'Reading the document',
  file: taskFile(import.meta.url, './read-document.task.ts'),
  isolation: 'process',
};
const CUT_DOCUMENT: WorkerTask<ComparedDocument, ReadDocument> = {
  name: 'Reading the document',
  file: taskFile(import.meta.url, './cut-document.task.ts'),
  isolation: 'process',
};

export interface ReadOptions {
  readonly limits?: WorkerLimits;
  readonly signal?: AbortSignal;
  /** Asked for the vectors of sentences by a strategy that compares them, where the knowledge base's embedder is elsewhere. */
  readonly embed?: EmbedSentences;
}

/**
 * Parses a document and cuts it into chunks, in a worker process. Where that takes vectors from a provider elsewhere, the
 * sentences come out of the worker and their distances go back in: no worker reaches a provider.
 *
 * @throws LoamError `document-unreadable` with a reason for whoever owns the document; `not-implemented` for a chunking
 * strategy that does not exist yet; `work-failed` when the fault is ours; the signal's reason when it fires; what `embed` throws.
 * @example await readDocument(pool, { content: { path }, name: 'protocols/a.pdf' })
 */
export async function readDocument(
  pool: WorkerPool,
  document: DocumentToRead,
  { limits = DOCUMENT_LIMITS, signal, embed }: ReadOptions = {},
): Promise<ReadDocument> {
  if ((await sizeOf(document)) > MAX_DOCUMENT_BYTES) throw unreadable('too-large');
  const options = { limits, ...(signal && { signal }) };
  const read = await withReason(pool.run(READ_DOCUMENT, document, options));
  if (!('compared' in read)) return read;
  if (!embed) throw new Error('A document waits for the vectors of its sentences, and nothing makes them.');
  const distances = await sentenceDistances(read.compared, embed);
  const { chunking, embedding } = document;
  const cutting = { ...(chunking && { chunking }), ...(embedding && { embedding }) };
  return withReason(pool.run(CUT_DOCUMENT, { ...cutting, parsed: read.parsed, distances }, options));
}

async function withReason<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
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
