import type { Migration } from '../../../storage/database/contract.ts';

/**
 * What a sync knows of a document beside its text, documents that come by a call of their own, data sources that are synced
 * when their bucket changes, and why documents of past jobs failed.
 */
export const sync: Migration = {
  id: 'knowledge/0006-sync',
  sql: `
    alter table knowledge_documents
      -- The document's own metadata, of the version that the index holds; null where it was never read.
      add column attributes jsonb,
      -- What of it is searched together with the text; null where passages have metadata of their own.
      add column embedded text,
      -- Whether its passages were in a part of the index that cannot be read any more.
      add column lost boolean not null default false;
    create index knowledge_documents_lost on knowledge_documents (account, region, knowledge_base_id) where lost;

    alter table knowledge_segments add column damaged boolean not null default false;

    -- changed_at: of the first change that no sync has been started for.
    alter table knowledge_data_sources
      add column watched boolean not null default false,
      add column changed_at timestamptz;
    create index knowledge_data_sources_changed on knowledge_data_sources (changed_at) where changed_at is not null;

    -- The saved evaluation that has to hold before the job's index is swapped in.
    alter table knowledge_ingestion_jobs add column guard jsonb;

    -- Documents to be put or deleted by themselves, one change a document: a later one takes the place of an earlier one.
    create table knowledge_document_changes (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      key text collate "C" not null,
      change_id uuid not null,
      action text not null,
      request jsonb not null,
      content bytea,
      -- The data key of the content, where the data source is bound to one.
      sealed_key bytea,
      -- The durable job that works on it.
      work_id uuid,
      at timestamptz not null,
      primary key (account, region, knowledge_base_id, data_source_id, key)
    );

    -- Requests that were taken before, by their tokens.
    create table knowledge_document_requests (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      client_token text not null,
      at timestamptz not null,
      primary key (account, region, knowledge_base_id, data_source_id, client_token)
    );

    create table knowledge_ingestion_failures (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      ingestion_job_id text not null,
      key text collate "C" not null,
      reason text not null,
      primary key (account, region, knowledge_base_id, data_source_id, ingestion_job_id, key)
    );
  `,
};
