import { createHash } from 'node:crypto';
import type { Scope } from '../../../core/scope.ts';
import type { Database, Statements, Transaction } from '../../../storage/database/contract.ts';
import type { RunningJob } from '../../../storage/jobs/contract.ts';
import type { Scanned } from '../statistics.ts';
import {
  type DocumentChange,
  type DocumentRow,
  deleteDocumentsOfSync,
  type SyncIds,
  selectDocuments,
  upsertDocuments,
} from '../tables/documents.ts';
import { type ListedObject, type ScannedDocument, scan } from './scan.ts';

export type PlannedDocument = Omit<DocumentRow, 'updatedAt'>;

export const BATCH_ROWS = 500;
const PAGE_ROWS = 1_000;
const DOCUMENT_ID_BYTES = 18;

interface Planning {
  readonly database: Database;
  readonly at: Date;
  readonly signal: AbortSignal;
  readonly fence: RunningJob<unknown>['fence'];
  /** Told now and then how many documents it has seen. */
  readonly report?: (scanned: number) => Promise<void>;
}

/** What a scan found of one document that is in the bucket or was: what there is to do with it, if anything. */
export interface Finding {
  readonly document: ScannedDocument;
  readonly row: PlannedDocument | undefined;
}

type Sought = SyncIds & { readonly committedSync: number };

/** Compares the bucket with what the last sync left, document by document, and writes nothing. */
export async function* findChanges(
  db: Statements,
  scope: Scope,
  of: Omit<Sought, 'sync'>,
  listing: AsyncIterable<ListedObject>,
): AsyncGenerator<Finding> {
  for await (const document of scan(listing, knownDocuments(db, scope, of))) {
    yield { document, row: planDocument(of.dataSourceId, document) };
  }
}

/**
 * Compares the bucket with what the last sync left and writes down what there is to do. Begins anew when it was cut short,
 * and gives what it has seen.
 */
export async function planSync(
  { database, at, signal, fence, report }: Planning,
  scope: Scope,
  of: Sought,
  listing: AsyncIterable<ListedObject>,
): Promise<Scanned> {
  const fenced = <Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> =>
    database.transaction(async (transaction) => {
      await fence(transaction);
      return work(transaction);
    });
  const stale = { ...of, outcomes: null, limit: BATCH_ROWS };
  while ((await fenced((transaction) => deleteDocumentsOfSync(transaction, scope, stale))) > 0) {
    signal.throwIfAborted();
  }
  const seen = { scannedDocuments: 0, scannedMetadata: 0 };
  let rows: PlannedDocument[] = [];
  const write = async (): Promise<void> => {
    signal.throwIfAborted();
    const written = rows;
    await fenced((transaction) => upsertDocuments(transaction, scope, { ...of, rows: written, at }));
    rows = [];
  };
  for await (const { document, row } of findChanges(database, scope, of, listing)) {
    if (document.listed) seen.scannedDocuments += 1;
    if (seen.scannedDocuments % PAGE_ROWS === 0) await report?.(seen.scannedDocuments);
    if (document.sidecar) seen.scannedMetadata += 1;
    if (row) rows.push(row);
    if (rows.length >= BATCH_ROWS) await write();
  }
  if (rows.length > 0) await write();
  return seen;
}

async function* knownDocuments(
  database: Statements,
  scope: Scope,
  { knowledgeBaseId, dataSourceId, committedSync }: Omit<Sought, 'sync'>,
): AsyncGenerator<DocumentRow> {
  const of = { knowledgeBaseId, dataSourceId, sync: committedSync, limit: PAGE_ROWS };
  for (let after = ''; ; ) {
    const page = await selectDocuments(database, scope, { ...of, after });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE_ROWS) return;
    after = last.key;
  }
}

/** What there is to do with a document; undefined when nothing about it has changed. */
export function planDocument(dataSourceId: string, document: ScannedDocument): PlannedDocument | undefined {
  const { key, listed, sidecar, known } = document;
  if (!listed) return known && deletion(known);
  const change = changeOf(listed, sidecar, known);
  if (change === undefined) return undefined;
  // Of a version that could not be read nothing may be taken as read before, its metadata included.
  const isWhole = known !== undefined && known.outcome !== 'failed' && !known.lost;
  return {
    key,
    documentId: known?.documentId ?? documentIdOf(dataSourceId, key),
    change,
    outcome: 'pending',
    size: listed.size,
    etag: listed.etag,
    sidecarEtag: sidecar?.etag ?? null,
    sidecarChanged: known !== undefined && known.sidecarEtag !== (sidecar?.etag ?? null),
    wasIndexed: known?.indexed ?? false,
    indexed: known?.indexed ?? false,
    contentSha256: isWhole ? known.contentSha256 : null,
    pages: known?.pages ?? null,
    chunks: known?.chunks ?? null,
    reason: null,
    attributes: known?.attributes ?? null,
    embedded: isWhole ? known.embedded : null,
    lost: known?.lost ?? false,
  };
}

function deletion(known: DocumentRow): PlannedDocument {
  const { updatedAt: _, ...row } = known;
  return {
    ...row,
    change: 'deleted',
    outcome: 'deleted',
    sidecarChanged: known.sidecarEtag !== null,
    wasIndexed: known.indexed,
    indexed: false,
    reason: null,
  };
}

/**
 * A document that failed is tried again whatever its ETag says: what could not read it may have learned to. One whose passages
 * were lost is read again like one that has changed.
 */
function changeOf(
  listed: ListedObject,
  sidecar: ListedObject | undefined,
  known: DocumentRow | undefined,
): DocumentChange | undefined {
  if (!known?.indexed) return 'new';
  if (known.outcome === 'failed' || known.lost || known.etag !== listed.etag) return 'modified';
  return known.sidecarEtag === (sidecar?.etag ?? null) ? undefined : 'metadata';
}

/** Stable from sync to sync, and short: every passage of the document carries it. */
export function documentIdOf(dataSourceId: string, key: string): string {
  const hash = createHash('sha256').update(dataSourceId).update('\0').update(key).digest();
  return hash.subarray(0, DOCUMENT_ID_BYTES).toString('base64url');
}
