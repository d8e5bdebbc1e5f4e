import type { Migration } from '../../../storage/database/contract.ts';

/**
 * The manifests that were the index before: what it held at an earlier time can be asked while they are kept. A manifest that
 * only lay in other segments (a merge) finds the same as the one after it, and is not kept.
 */
export const indexHistory: Migration = {
  id: 'knowledge/0005-index-history',
  sql: `
    -- Since when the index holds what it holds, by the database's clock.
    alter table knowledge_indexes add column since timestamptz not null default clock_timestamp();

    create table knowledge_index_history (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      version integer not null,
      content integer not null,
      fingerprint text not null,
      manifest jsonb not null,
      segment_ids text[] not null,
      since timestamptz not null,
      until timestamptz not null,
      primary key (account, region, knowledge_base_id, version)
    );
    create index knowledge_index_history_until on knowledge_index_history (until);
    create index knowledge_index_history_segments on knowledge_index_history using gin (segment_ids);
  `,
};
