import type { Migration } from '../../../storage/database/contract.ts';

/** Knowledge bases, the manifest of each one's index, and its data sources. */
export const knowledgeBases: Migration = {
  id: 'knowledge/0001-knowledge-bases',
  sql: `
    create table knowledge_bases (
      account text not null,
      region text not null,
      id text not null,
      name text not null,
      description text,
      role_arn text not null,
      configuration jsonb not null,
      storage jsonb,
      tags jsonb not null default '{}',
      status text not null,
      failure_reasons jsonb not null default '[]',
      client_token text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, id)
    );
    create unique index knowledge_bases_name on knowledge_bases (account, region, name) where status <> 'DELETING';
    create unique index knowledge_bases_token on knowledge_bases (account, region, client_token);

    -- The manifest says which segments are the index now. version grows with every swap, content with those that change
    -- what is found: a merge does not.
    create table knowledge_indexes (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      version integer not null,
      content integer not null,
      fingerprint text not null,
      manifest jsonb not null,
      primary key (account, region, knowledge_base_id)
    );

    -- last_sync numbers the ingestion jobs of a data source; committed_sync is the newest whose documents are the truth.
    create table knowledge_data_sources (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      id text not null,
      name text not null,
      description text,
      configuration jsonb not null,
      ingestion jsonb,
      deletion_policy text not null,
      status text not null,
      failure_reasons jsonb not null default '[]',
      client_token text,
      last_sync integer not null default 0,
      committed_sync integer not null default 0,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, knowledge_base_id, id)
    );
    create unique index knowledge_data_sources_name
      on knowledge_data_sources (account, region, knowledge_base_id, name) where status <> 'DELETING';
    create unique index knowledge_data_sources_token
      on knowledge_data_sources (account, region, knowledge_base_id, client_token);
  `,
};
