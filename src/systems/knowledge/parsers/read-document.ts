import { stat } from 'node:fs/promises';
import { isLoamError } from '../../../core/errors.ts';
import { taskFile, type WorkerLimits, type WorkerPool, type WorkerTask } from '../../../workers/index.ts';
import type { ChunkDraft } from '../chunkers/contract.ts';
import { type EmbedSentences, sentenceDistances } from '../chunkers/sentence-distances.ts';
import type { DocumentTables } from '../table-answers/contract.ts';
import type { Cutting, UndecidedDocument } from './chunk-document.ts';
import type { RecognizedPage } from './contract.ts';
import type { ComparedDocument } from './cut-document.task.ts';
import { recognizePages } from './recognize-pages.ts';
import type { RecordStructure } from './records.ts';
import type { TextRecognition } from './text-recognition.ts';
import { unreadable } from './unreadable.ts';

/** A path where the object store has one: bytes would be copied to the worker. */
export type DocumentContent = { readonly path: string } | { readonly bytes: Uint8Array };

/** A document as a data source holds it. */
export interface DocumentToRead extends Cutting {
  readonly content: DocumentContent;
  /** The file's name or key. */
  readonly name: string;
  /** As the object's Content-Type says. */
  readonly mediaType?: string;
  /** Where each row of a CSV file is a record by itself: then chunking has no part in it. */
  readonly records?: RecordStructure;
  /** Present where text on images can be recognised: the pages that were, none at first. */
  readonly recognized?: readonly RecognizedPage[];
}

/** A document of which some pages are images: their text is to be recognised before it is read. */
export interface ScannedDocument {
  readonly scans: readonly number[];
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
  /** Its tables with typed columns, where it has some. */
  readonly tables?: DocumentTables;
}

/** Facts 1.5: a source file has at most 50 MB. */
export const MAX_DOCUMENT_BYTES = 50 * 2 ** 20;
const DOCUMENT_LIMITS: WorkerLimits = { timeoutMs: 120_000, cpuMs: 18_000, memoryMb: 768 };

const READ_DOCUMENT: WorkerTask<DocumentToRead, ReadDocument | UndecidedDocument | ScannedDocument> = {
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
  /** Reads pages that are images; without it such a document is refused for that reason. */
  readonly recognition?: TextRecognition;
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
  { limits = DOCUMENT_LIMITS, signal, embed, recognition }: ReadOptions = {},
): Promise<ReadDocument> {
  if ((await sizeOf(document)) > MAX_DOCUMENT_BYTES) throw unreadable('too-large');
  const options = { limits, ...(signal && { signal }) };
  const first = recognition ? { ...document, recognized: [] } : document;
  let read = await withReason(pool.run(READ_DOCUMENT, first, options));
  if (recognition && 'scans' in read) {
    const { content } = document;
    const recognized = await recognizePages(pool, { content, pages: read.scans, recognition }, signal);
    read = await withReason(pool.run(READ_DOCUMENT, { ...document, recognized }, options));
  }
  if ('scans' in read) throw new Error('The pages of a document are to be recognised twice.');
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
