import type { Migration } from '../../../storage/database/contract.ts';

/**
 * What was answered, so that it can be checked and asked for again: the request and the answer as JSON, or sealed where the
 * session is bound to a key, and what they were made of.
 */
export const answers: Migration = {
  id: 'knowledge/0008-answers',
  sql: `
    create table knowledge_answers (
      account text not null,
      region text not null,
      id text not null,
      session_id text not null,
      knowledge_base_id text not null,
      principal_id text not null,
      made_of jsonb not null,
      said jsonb,
      sealed bytea,
      at timestamptz not null,
      primary key (account, region, id)
    );
    create index knowledge_answers_by_time on knowledge_answers (at);
    create index knowledge_answers_by_base on knowledge_answers (account, region, knowledge_base_id);
    create index knowledge_sessions_by_use on knowledge_sessions (updated_at);
  `,
};
