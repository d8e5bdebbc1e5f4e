import type { Migration } from '../../../storage/database/contract.ts';

/** Saved sets of questions with the documents that answer them, and what each run of one has measured. */
export const evaluations: Migration = {
  id: 'knowledge/0009-evaluations',
  sql: `
    create table knowledge_evaluations (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      name text not null,
      results integer not null,
      search_type text not null,
      questions jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, knowledge_base_id, name)
    );

    create table knowledge_evaluation_runs (
      account text not null,
      region text not null,
      knowledge_base_id text not null,
      name text not null,
      id uuid not null,
      -- Of the index that was asked.
      version integer not null,
      content integer not null,
      answers boolean not null,
      summary jsonb not null,
      questions jsonb not null,
      at timestamptz not null,
      primary key (account, region, knowledge_base_id, name, id)
    );
    create index knowledge_evaluation_runs_newest
      on knowledge_evaluation_runs (account, region, knowledge_base_id, name, at);
  `,
};
