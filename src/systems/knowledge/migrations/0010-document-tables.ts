import type { Migration } from '../../../storage/database/contract.ts';

/** The tables of documents, kept beside the index so that questions of counting can be asked of them. */
export const documentTables: Migration = {
  id: 'knowledge/0010-document-tables',
  sql: `
    create table knowledge_document_tables (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      key text collate "C" not null,
      -- They hold while the document of this key is indexed with this content.
      content_sha256 text not null,
      document_id text not null,
      uri text not null,
      is_custom boolean not null,
      -- Whether the rows have metadata of their own.
      is_records boolean not null,
      bytes_id text not null,
      size bigint not null,
      sealed_key text,
      descriptions jsonb not null,
      written_at timestamptz not null,
      primary key (account, region, knowledge_base_id, data_source_id, key, content_sha256)
    );
    create index knowledge_document_tables_written on knowledge_document_tables (written_at);
    create index knowledge_document_tables_bytes on knowledge_document_tables (bytes_id);
  `,
};
