import type { Scope } from '../../../core/scope.ts';
import type { Metadata, MetadataFilter } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DataSourceIds } from './data-sources.ts';

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** How a document that comes by a call of its own is to be had; kept as JSON until it is indexed. */
export interface DocumentRequest {
  /** `inline`: the bytes are in the change's row. */
  readonly content:
    | { readonly kind: 'inline'; readonly mediaType: string }
    | ({ readonly kind: 'object' } & ObjectPlace);
  /** `beside`: in the file beside the object, where there is one. */
  readonly metadata:
    | { readonly kind: 'inline'; readonly attributes: Metadata }
    | ({ readonly kind: 'object' } & ObjectPlace)
    | { readonly kind: 'beside' };
  /** What existed for whoever put it: its metadata must pass. */
  readonly visible?: MetadataFilter | undefined;
}

/** A document that waits to be put into the index, or taken out of it. */
export interface DocumentChangeRow {
  readonly key: string;
  /** Tells a later change of the same document from an earlier one. */
  readonly changeId: string;
  readonly action: 'ingest' | 'delete';
  /** Empty of deletions. */
  readonly request: DocumentRequest | Record<string, never>;
  /** The durable job that works on it; null while it waits. */
  readonly workId: string | null;
  readonly at: Date;
}

export interface NewDocumentChange extends Pick<DocumentChangeRow, 'key' | 'changeId' | 'action' | 'request' | 'at'> {
  readonly content: Uint8Array | null;
  readonly sealedKey: Uint8Array | null;
}

const COLUMNS = 'key, change_id as "changeId", action, request, work_id as "workId", at';
const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and data_source_id = :dataSourceId`;

/** Has a change wait; it takes the place of one of the same document that has not been worked on. */
export async function upsertDocumentChange(
  db: Statements,
  scope: Scope,
  change: DataSourceIds & NewDocumentChange,
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_document_changes (account, region, knowledge_base_id, data_source_id, key, change_id, action,
       request, content, sealed_key, at)
     values (:account, :region, :knowledgeBaseId, :dataSourceId, :key, :changeId::uuid, :action, :request::jsonb, :content,
       :sealedKey, :at)
     on conflict (account, region, knowledge_base_id, data_source_id, key) do update
     set change_id = excluded.change_id, action = excluded.action, request = excluded.request,
       content = excluded.content, sealed_key = excluded.sealed_key, work_id = null, at = excluded.at`,
    change,
  );
}

/**
 * Takes changes for one job, the oldest first, and those that it had taken before a crash. A document that a running sync is
 * about to read waits until the sync has ended: two writers of one document would not know whose version is the newer one.
 */
export async function claimDocumentChanges(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { workId: string; limit: number },
): Promise<DocumentChangeRow[]> {
  return db.query<DocumentChangeRow>(
    scope,
    `update knowledge_document_changes set work_id = :workId::uuid
     where ${OF_DATA_SOURCE} and key = any(array(
       select c.key from knowledge_document_changes c
       where c.account = :account and c.region = :region and c.knowledge_base_id = :knowledgeBaseId
         and c.data_source_id = :dataSourceId and (c.work_id is null or c.work_id = :workId::uuid)
         and not exists (
           select 1 from knowledge_ingestion_jobs j join knowledge_documents d
             on d.account = j.account and d.region = j.region and d.knowledge_base_id = j.knowledge_base_id
               and d.data_source_id = j.data_source_id and d.sync = j.sync
           where j.account = c.account and j.region = c.region and j.knowledge_base_id = c.knowledge_base_id
             and j.data_source_id = c.data_source_id and j.phase = 'indexing' and d.key = c.key)
       order by c.at, c.key limit :limit for update skip locked))
     returning ${COLUMNS}`,
    of,
  );
}

/** The bytes of a change that carries them; undefined when another one has taken its place. */
export async function selectChangeContent(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { key: string; changeId: string },
): Promise<{ content: Uint8Array; sealedKey: Uint8Array | null } | undefined> {
  const rows = await db.query<{ content: Uint8Array; sealedKey: Uint8Array | null }>(
    scope,
    `select content, sealed_key as "sealedKey" from knowledge_document_changes
     where ${OF_DATA_SOURCE} and key = :key and change_id = :changeId::uuid and content is not null`,
    of,
  );
  return rows[0];
}

export async function selectDocumentChanges(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { keys: readonly string[] },
): Promise<DocumentChangeRow[]> {
  return db.query<DocumentChangeRow>(
    scope,
    `select ${COLUMNS} from knowledge_document_changes where ${OF_DATA_SOURCE} and key = any(:keys::text[])`,
    of,
  );
}

/** Removes changes that were done, unless a later one has taken their place. */
export async function deleteDocumentChanges(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { changeIds: readonly string[] },
): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_document_changes where ${OF_DATA_SOURCE} and change_id = any(:changeIds::uuid[])`,
    of,
  );
}

/** Which of these changes no later one has taken the place of. */
export async function selectCurrentChanges(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { changeIds: readonly string[] },
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    scope,
    `select change_id as id from knowledge_document_changes
     where ${OF_DATA_SOURCE} and change_id = any(:changeIds::uuid[]) for update`,
    of,
  );
  return new Set(rows.map(({ id }) => id));
}

export async function hasDocumentChanges(db: Statements, scope: Scope, ids: DataSourceIds): Promise<boolean> {
  const rows = await db.query(
    scope,
    `select 1 from knowledge_document_changes where ${OF_DATA_SOURCE} and work_id is null limit 1`,
    ids,
  );
  return rows.length > 0;
}

/** Removes every change and every remembered request of a data source. */
export async function deleteAllDocumentChanges(db: Statements, scope: Scope, ids: DataSourceIds): Promise<void> {
  await db.query(scope, `delete from knowledge_document_changes where ${OF_DATA_SOURCE}`, ids);
  await db.query(scope, `delete from knowledge_document_requests where ${OF_DATA_SOURCE}`, ids);
}

/**
 * Remembers a request by its token.
 *
 * @returns false when it was taken before
 */
export async function insertDocumentRequest(
  db: Statements,
  scope: Scope,
  request: DataSourceIds & { clientToken: string; at: Date; forgetBefore: Date },
): Promise<boolean> {
  await db.query(
    scope,
    `delete from knowledge_document_requests where ${OF_DATA_SOURCE} and at < :forgetBefore`,
    request,
  );
  const rows = await db.query(
    scope,
    `insert into knowledge_document_requests (account, region, knowledge_base_id, data_source_id, client_token, at)
     values (:account, :region, :knowledgeBaseId, :dataSourceId, :clientToken, :at) on conflict do nothing returning 1`,
    request,
  );
  return rows.length > 0;
}
