import type { Scope } from '../../../core/scope.ts';
import type { Metadata } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { TableDescription } from '../table-answers/contract.ts';
import type { OfKnowledgeBase } from './segments.ts';

/** The tables of one document. */
export interface DocumentTablesRow {
  readonly dataSourceId: string;
  /** Of the document in its data source. */
  readonly key: string;
  readonly contentSha256: string;
  readonly documentId: string;
  readonly uri: string;
  readonly isCustom: boolean;
  readonly isRecords: boolean;
  /** Of the object store. */
  readonly bytesId: string;
  readonly size: number;
  /** What the bytes are encrypted under, as base64; null where they are kept as they are. */
  readonly sealedKey: string | null;
  readonly descriptions: readonly TableDescription[];
}

export async function upsertDocumentTables(
  db: Statements,
  scope: Scope,
  row: DocumentTablesRow & OfKnowledgeBase & { at: Date },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_document_tables (account, region, knowledge_base_id, data_source_id, key, content_sha256,
       document_id, uri, is_custom, is_records, bytes_id, size, sealed_key, descriptions, written_at)
     values (:account, :region, :knowledgeBaseId, :dataSourceId, :key, :contentSha256,
       :documentId, :uri, :isCustom, :isRecords, :bytesId, :size, :sealedKey, :descriptions::jsonb, :at)
     on conflict (account, region, knowledge_base_id, data_source_id, key, content_sha256) do update set
       document_id = excluded.document_id, uri = excluded.uri, is_custom = excluded.is_custom,
       is_records = excluded.is_records, bytes_id = excluded.bytes_id, size = excluded.size,
       sealed_key = excluded.sealed_key, descriptions = excluded.descriptions, written_at = excluded.written_at`,
    { ...row },
  );
}

/** With the document's own metadata. */
export type HeldTablesRow = DocumentTablesRow & { readonly attributes: Metadata | null };

const HELD = `knowledge_document_tables t
  join knowledge_data_sources s on s.account = t.account and s.region = t.region
    and s.knowledge_base_id = t.knowledge_base_id and s.id = t.data_source_id and s.status <> 'DELETING'
  join lateral (
    select * from knowledge_documents n
    where n.account = t.account and n.region = t.region and n.knowledge_base_id = t.knowledge_base_id
      and n.data_source_id = t.data_source_id and n.key = t.key and n.sync <= s.committed_sync
    order by n.sync desc limit 1
  ) d on d.indexed and d.change <> 'deleted' and d.content_sha256 = t.content_sha256`;

/** The tables of documents that the index of a knowledge base holds, in the order of their URIs. */
export async function selectHeldTables(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { limit: number },
): Promise<HeldTablesRow[]> {
  return db.query<HeldTablesRow>(
    scope,
    `select t.data_source_id as "dataSourceId", t.key, t.content_sha256 as "contentSha256",
       t.document_id as "documentId", t.uri, t.is_custom as "isCustom", t.is_records as "isRecords",
       t.bytes_id as "bytesId", t.size, t.sealed_key as "sealedKey", t.descriptions, d.attributes
     from ${HELD}
     where t.account = :account and t.region = :region and t.knowledge_base_id = :knowledgeBaseId
     order by t.uri, t.data_source_id limit :limit`,
    of,
  );
}

export interface SweepableTables extends Scope {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
  readonly key: string;
  readonly contentSha256: string;
  readonly bytesId: string;
}

/** Tables, of everybody, of contents that no document has any more; a document that is being read has no row yet. */
export async function selectSweepableTables(
  db: Statements,
  of: { before: Date; limit: number },
): Promise<SweepableTables[]> {
  return db.system<SweepableTables>(
    `select account, region, knowledge_base_id as "knowledgeBaseId", data_source_id as "dataSourceId", key,
       content_sha256 as "contentSha256", bytes_id as "bytesId"
     from knowledge_document_tables t
     where written_at < :before and not exists (
       select 1 from knowledge_documents d
       where d.account = t.account and d.region = t.region and d.knowledge_base_id = t.knowledge_base_id
         and d.data_source_id = t.data_source_id and d.key = t.key and d.content_sha256 = t.content_sha256)
     order by written_at limit :limit`,
    of,
  );
}

export async function deleteDocumentTables(db: Statements, scope: Scope, of: SweepableTables): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_document_tables
     where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
       and data_source_id = :dataSourceId and key = :key and content_sha256 = :contentSha256
       and bytes_id = :bytesId`,
    { ...of },
  );
}

/** Which of these ids of the object store some tables are made of. */
export async function selectKnownTableBytes(db: Statements, ids: readonly string[]): Promise<string[]> {
  const rows = await db.system<{ id: string }>(
    'select bytes_id as id from knowledge_document_tables where bytes_id = any(:ids::text[])',
    { ids },
  );
  return rows.map(({ id }) => id);
}
