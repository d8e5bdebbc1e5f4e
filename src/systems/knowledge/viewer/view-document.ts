import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import { taskFile, type WorkerLimits, type WorkerTask } from '../../../workers/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { documentLocation } from '../data-source-configuration.ts';
import { getDataSource } from '../data-sources.ts';
import { documentsByKey, keyOfDocument } from '../documents.ts';
import type { BlockKind } from '../parsers/contract.ts';
import { MAX_DOCUMENT_BYTES } from '../parsers/read-document.ts';
import { unreadable } from '../parsers/unreadable.ts';
import type { DocumentBucket } from '../sync/document-bucket.ts';
import { readWhole } from '../sync/read-whole.ts';
import type { DataSourceIds } from '../tables/data-sources.ts';
import type { Mark } from './mark-passage.ts';

export interface ViewContext extends KnowledgeContext {
  readonly openBucket: (scope: Scope, location: { bucket: string; prefix: string }) => DocumentBucket;
}

export interface ViewRequest extends DataSourceIds {
  /** `s3://bucket/key`, or the key alone. */
  readonly document: string;
  /** From 1; absent: around the passage, or the beginning. */
  readonly page?: number | undefined;
  /** What to mark. */
  readonly passage?: string | undefined;
  /** What of the knowledge base exists for the caller. */
  readonly visible: MetadataFilter | undefined;
}

/** A part of a document as Loam reads it: what its passages are made of. */
export interface ViewedDocument {
  /** The parser's name. */
  readonly format: string;
  readonly title?: string;
  readonly pages?: number;
  readonly blocks: readonly ViewedBlock[];
  /** Whether there is more of the document than these blocks. */
  readonly isPart: boolean;
}

export interface ViewedBlock {
  readonly kind: BlockKind;
  readonly text: string;
  readonly page?: number;
  /** Of headings: 1 (the highest) to 6. */
  readonly level?: number;
  readonly marks: readonly Mark[];
}

export interface DocumentToView {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly mediaType?: string;
  readonly page?: number;
  readonly passage?: string;
}

const LIMITS: WorkerLimits = { timeoutMs: 60_000, cpuMs: 18_000, memoryMb: 768 };
const VIEW_DOCUMENT: WorkerTask<DocumentToView, ViewedDocument> = {
  name: 'Reading the document',
  file: taskFile(import.meta.url, './view-document.task.ts'),
  isolation: 'process',
};

/**
 * The text of a document of a data source around one of its passages, as it is in the bucket now, with the passage marked.
 *
 * @throws LoamError `resource-not-found` for a document that the data source does not have or the caller may not see,
 * `document-unreadable`, `key-not-found`
 */
export async function viewDocument(
  context: ViewContext,
  scope: Scope,
  { document, page, passage, visible, ...ids }: ViewRequest,
  signal: AbortSignal,
): Promise<ViewedDocument> {
  const source = await getDataSource(context, scope, ids);
  const key = keyOfDocument(source, document);
  const [state] = await documentsByKey(context, scope, source, { keys: [key], visible });
  if (!state || state.status === 'NOT_FOUND' || state.isCustom) {
    throw new LoamError('resource-not-found', { type: 'document', id: document });
  }
  const bucket = context.openBucket(scope, documentLocation(source.configuration));
  const opened = await bucket.open(key, signal);
  const { bytes } = await readWhole(opened, MAX_DOCUMENT_BYTES, () => unreadable('too-large'));
  const toView = {
    ...{ bytes, name: key },
    ...(opened.mediaType !== undefined && { mediaType: opened.mediaType }),
    ...(page !== undefined && { page }),
    ...(passage !== undefined && { passage }),
  };
  return context.workers.run(VIEW_DOCUMENT, toView, { limits: LIMITS, signal });
}
