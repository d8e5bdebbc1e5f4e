import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Vector stores outside that hold a knowledge base's passages too. `sequence` is the number that searches there see,
 * `content` and `manifest` what of the index it stands for; one store of a knowledge base answers, another may be being
 * filled. A worker claims the row while it writes to the store.
 */
export const vectorStores: Migration = {
  id: 'knowledge/0007-vector-stores',
  sql: `
    create table knowledge_vector_stores (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      store text not null,
      answers boolean not null,
      sequence integer not null default 0,
      content integer not null default 0,
      manifest jsonb,
      worker text,
      worker_until timestamptz,
      problem text,
      retry_at timestamptz,
      primary key (account, region, knowledge_base_id, store)
    );
    create unique index knowledge_vector_stores_answers
      on knowledge_vector_stores (account, region, knowledge_base_id) where answers;
  `,
};
