import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Ingestion jobs, what each of them did to which document, and the segments they build.
 *
 * A document has one row for each sync that touched it: the newest row at or below its data source's `committed_sync` is
 * what holds, rows above it belong to a job that still runs. So the end of a job moves one number, however many documents
 * it touched, and statistics are counted from rows that a repeated batch overwrites.
 */
export const ingestion: Migration = {
  id: 'knowledge/0002-ingestion',
  sql: `
    create table knowledge_ingestion_jobs (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      id text not null,
      work_id uuid not null,
      sync integer not null,
      description text,
      client_token text,
      status text not null,
      phase text not null,
      scanned_documents integer not null default 0,
      scanned_metadata integer not null default 0,
      errors integer not null default 0,
      statistics jsonb,
      failure_reasons jsonb not null default '[]',
      started_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, knowledge_base_id, data_source_id, id)
    );
    create unique index knowledge_ingestion_jobs_running
      on knowledge_ingestion_jobs (account, region, knowledge_base_id, data_source_id)
      where status in ('STARTING', 'IN_PROGRESS', 'STOPPING');
    create unique index knowledge_ingestion_jobs_token
      on knowledge_ingestion_jobs (account, region, knowledge_base_id, data_source_id, client_token);

    create table knowledge_documents (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      data_source_id text not null,
      key text collate "C" not null,
      sync integer not null,
      document_id text not null,
      change text not null,
      outcome text not null,
      size bigint not null,
      etag text not null,
      sidecar_etag text,
      sidecar_changed boolean not null,
      -- Whether the index holds the document before this sync, and after it.
      was_indexed boolean not null,
      indexed boolean not null,
      -- Of the version that the index holds.
      content_sha256 text,
      pages integer,
      chunks integer,
      reason text,
      updated_at timestamptz not null,
      primary key (account, region, knowledge_base_id, data_source_id, key, sync)
    );
    create index knowledge_documents_pending
      on knowledge_documents (account, region, knowledge_base_id, data_source_id, sync, key) where outcome = 'pending';

    -- building: of a job that runs; live: named by the manifest; dead: to be swept once nobody holds a lease on it.
    create table knowledge_segments (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      id text not null,
      bytes_id text not null,
      owner text not null,
      state text not null,
      embedder jsonb not null,
      statistics jsonb not null,
      changed_at timestamptz not null,
      primary key (account, region, knowledge_base_id, id)
    );
    create index knowledge_segments_dead on knowledge_segments (changed_at) where state = 'dead';

    create table knowledge_segment_leases (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      segment_id text not null,
      holder text not null,
      until timestamptz not null,
      primary key (account, region, knowledge_base_id, segment_id, holder)
    );
  `,
};
