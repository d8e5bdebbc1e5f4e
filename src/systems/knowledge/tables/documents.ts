import type { Scope } from '../../../core/scope.ts';
import type { Metadata } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DataSourceIds } from './data-sources.ts';

/** What a sync found to do with a document; `metadata` when its sidecar alone has changed. */
export type DocumentChange = 'new' | 'modified' | 'metadata' | 'deleted';

/** How it ended: `unchanged` when another ETag turned out to be the same content, `deleted` at the swap. */
export type DocumentOutcome = 'pending' | 'indexed' | 'unchanged' | 'failed' | 'deleted';

/** What one sync did to one document. */
export interface DocumentRow {
  /** The object's key in the bucket; of a data source without one, the id that the document was put under. */
  readonly key: string;
  /** The id under which the index knows the document. */
  readonly documentId: string;
  readonly change: DocumentChange;
  readonly outcome: DocumentOutcome;
  readonly size: number;
  readonly etag: string;
  readonly sidecarEtag: string | null;
  readonly sidecarChanged: boolean;
  readonly wasIndexed: boolean;
  readonly indexed: boolean;
  readonly contentSha256: string | null;
  readonly pages: number | null;
  readonly chunks: number | null;
  readonly reason: string | null;
  /** Its own metadata, of the version that the index holds; null where it was never read. */
  readonly attributes: Metadata | null;
  /** What of its metadata is searched together with the text; null where passages have metadata of their own. */
  readonly embedded: string | null;
  /** Whether its passages were in a part of the index that cannot be read any more. */
  readonly lost: boolean;
  readonly updatedAt: Date;
}

export type SyncIds = DataSourceIds & Readonly<{ sync: number }>;

const COLUMNS = `key, document_id as "documentId", change, outcome, size, etag, sidecar_etag as "sidecarEtag",
  sidecar_changed as "sidecarChanged", was_indexed as "wasIndexed", indexed, content_sha256 as "contentSha256", pages,
  chunks, reason, attributes, embedded, lost, updated_at as "updatedAt"`;
const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and data_source_id = :dataSourceId`;
const RECORD = `document_id text, change text, outcome text, size bigint, etag text, sidecar_etag text,
  sidecar_changed boolean, was_indexed boolean, indexed boolean, content_sha256 text, pages integer, chunks integer,
  reason text, attributes jsonb, embedded text, lost boolean`;
const RECORD_NAMES = `document_id, change, outcome, size, etag, sidecar_etag, sidecar_changed, was_indexed, indexed,
  content_sha256, pages, chunks, reason, attributes, embedded, lost`;

/**
 * The documents that hold as of a sync, in the byte order of their keys: the newest row of each key at or below `sync`,
 * unless it says deleted.
 */
export async function selectDocuments(
  db: Statements,
  scope: Scope,
  page: SyncIds & { after: string; limit: number },
): Promise<DocumentRow[]> {
  return db.query<DocumentRow>(
    scope,
    `select ${COLUMNS} from (
       select distinct on (key) * from knowledge_documents
       where ${OF_DATA_SOURCE} and sync <= :sync and key > :after
       order by key, sync desc
     ) newest where change <> 'deleted' order by key limit :limit`,
    page,
  );
}

/** Those of these keys that hold as of a sync. */
export async function selectDocumentsByKey(
  db: Statements,
  scope: Scope,
  of: SyncIds & { keys: readonly string[] },
): Promise<DocumentRow[]> {
  return db.query<DocumentRow>(
    scope,
    `select ${COLUMNS} from (
       select distinct on (key) * from knowledge_documents
       where ${OF_DATA_SOURCE} and sync <= :sync and key = any(:keys::text[])
       order by key, sync desc
     ) newest where change <> 'deleted'`,
    of,
  );
}

export async function selectPendingDocuments(
  db: Statements,
  scope: Scope,
  page: SyncIds & { after: string; limit: number },
): Promise<DocumentRow[]> {
  return db.query<DocumentRow>(
    scope,
    `select ${COLUMNS} from knowledge_documents
     where ${OF_DATA_SOURCE} and sync = :sync and outcome = 'pending' and key > :after order by key limit :limit`,
    page,
  );
}

/** Writes what a sync planned for, or did to, some documents; what it had written of them before is replaced. */
export async function upsertDocuments(
  db: Statements,
  scope: Scope,
  of: SyncIds & { rows: readonly Omit<DocumentRow, 'updatedAt'>[]; at: Date },
): Promise<void> {
  const { rows, ...values } = of;
  await db.query(
    scope,
    `insert into knowledge_documents (account, region, knowledge_base_id, data_source_id, sync, updated_at, key,
       ${RECORD_NAMES})
     select :account, :region, :knowledgeBaseId, :dataSourceId, :sync::integer, :at::timestamptz, key, ${RECORD_NAMES}
     from jsonb_to_recordset(:rows::jsonb) as given (key text, ${RECORD})
     on conflict (account, region, knowledge_base_id, data_source_id, key, sync) do update
     set (updated_at, ${RECORD_NAMES}) = row (excluded.updated_at, ${RECORD_NAMES.replaceAll(/\b(?=\w)/g, 'excluded.')})`,
    { ...values, rows: rows.map(asRecord) },
  );
}

function asRecord(row: Omit<DocumentRow, 'updatedAt'>): Record<string, unknown> {
  return {
    key: row.key,
    document_id: row.documentId,
    change: row.change,
    outcome: row.outcome,
    size: row.size,
    etag: row.etag,
    sidecar_etag: row.sidecarEtag,
    sidecar_changed: row.sidecarChanged,
    was_indexed: row.wasIndexed,
    indexed: row.indexed,
    content_sha256: row.contentSha256,
    pages: row.pages,
    chunks: row.chunks,
    reason: row.reason,
    attributes: row.attributes,
    embedded: row.embedded,
    lost: row.lost,
  };
}

/** How many documents of a sync stand where; what statistics are made of. */
export interface OutcomeCount {
  readonly change: DocumentChange;
  readonly outcome: DocumentOutcome;
  readonly sidecarChanged: boolean;
  readonly wasIndexed: boolean;
  readonly documents: number;
}

export async function countOutcomes(db: Statements, scope: Scope, ids: SyncIds): Promise<OutcomeCount[]> {
  return db.query<OutcomeCount>(
    scope,
    `select change, outcome, sidecar_changed as "sidecarChanged", was_indexed as "wasIndexed",
       count(*)::integer as documents
     from knowledge_documents where ${OF_DATA_SOURCE} and sync = :sync
     group by change, outcome, sidecar_changed, was_indexed`,
    ids,
  );
}

export async function selectFailures(
  db: Statements,
  scope: Scope,
  of: SyncIds & { limit: number },
): Promise<{ key: string; reason: string }[]> {
  return db.query(
    scope,
    `select key, reason from knowledge_documents
     where ${OF_DATA_SOURCE} and sync = :sync and outcome = 'failed' order by key limit :limit`,
    of,
  );
}

/**
 * The ids of documents whose passages in the index end with this sync: deleted ones and those that it replaced, documents
 * that came by a call of their own while it ran among them.
 */
export async function selectReplacedDocuments(db: Statements, scope: Scope, ids: SyncIds): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    scope,
    `select document_id as id from knowledge_documents d
     where ${OF_DATA_SOURCE} and sync = :sync and outcome in ('indexed', 'deleted') and (was_indexed or exists (
       select 1 from knowledge_documents e
       where e.account = d.account and e.region = d.region and e.knowledge_base_id = d.knowledge_base_id
         and e.data_source_id = d.data_source_id and e.key = d.key and e.sync < d.sync and e.indexed))
     order by key`,
    ids,
  );
  return rows.map(({ id }) => id);
}

/** The ids of some documents that the index holds as of a sync, to take them out of it. */
export async function selectIndexedDocuments(
  db: Statements,
  scope: Scope,
  page: SyncIds & { after: string; limit: number },
): Promise<{ key: string; documentId: string }[]> {
  return db.query(
    scope,
    `select key, document_id as "documentId" from (
       select distinct on (key) * from knowledge_documents
       where ${OF_DATA_SOURCE} and sync <= :sync and key > :after
       order by key, sync desc
     ) newest where indexed order by key limit :limit`,
    page,
  );
}

/** Removes what holds of some documents, up to a sync. */
export async function deleteDocumentsByKey(
  db: Statements,
  scope: Scope,
  of: SyncIds & { keys: readonly string[] },
): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_documents where ${OF_DATA_SOURCE} and sync <= :sync and key = any(:keys::text[])`,
    of,
  );
}

/** Removes what a sync has written so far, a batch at a time; the number removed. */
export async function deleteDocumentsOfSync(
  db: Statements,
  scope: Scope,
  of: SyncIds & { outcomes: readonly DocumentOutcome[] | null; limit: number },
): Promise<number> {
  const rows = await db.query(
    scope,
    `delete from knowledge_documents where ctid = any(array(
       select ctid from knowledge_documents
       where ${OF_DATA_SOURCE} and sync = :sync
         and (:outcomes::text[] is null or outcome = any(:outcomes::text[])) limit :limit))
     and account = :account and region = :region returning 1`,
    of,
  );
  return rows.length;
}

/**
 * After a sync: removes the rows that those of the sync have taken the place of, and its deletions, for the keys from after
 * `after`. Gives the last key it looked at, undefined when there is no more.
 */
export async function pruneDocuments(
  db: Statements,
  scope: Scope,
  of: SyncIds & { after: string; limit: number },
): Promise<string | undefined> {
  const rows = await db.query<{ last: string | null }>(
    scope,
    `with touched as (
       select key from knowledge_documents where ${OF_DATA_SOURCE} and sync = :sync and key > :after
       order by key limit :limit
     ), removed as (
       delete from knowledge_documents where ${OF_DATA_SOURCE} and key in (select key from touched)
         and (sync < :sync or (sync = :sync and change = 'deleted')) returning 1
     )
     select max(key) as last, (select count(*) from removed) as removed from touched`,
    of,
  );
  return rows[0]?.last ?? undefined;
}

/** Removes documents of a data source, a batch at a time; the number removed. */
export async function deleteDocuments(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { limit: number },
): Promise<number> {
  const rows = await db.query(
    scope,
    `delete from knowledge_documents where ctid = any(array(
       select ctid from knowledge_documents where ${OF_DATA_SOURCE} limit :limit))
     and account = :account and region = :region returning 1`,
    of,
  );
  return rows.length;
}
