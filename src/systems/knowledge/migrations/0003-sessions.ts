import type { Migration } from '../../../storage/database/contract.ts';

/** Conversations of RetrieveAndGenerate. A session belongs to the principal that began it and to one knowledge base. */
export const sessions: Migration = {
  id: 'knowledge/0003-sessions',
  sql: `
    create table knowledge_sessions (
      account text not null,
      region text not null,
      id text not null,
      knowledge_base_id text not null,
      principal_id text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, id)
    );
    create table knowledge_session_turns (
      account text not null,
      region text not null,
      session_id text not null,
      turn integer not null,
      question text not null,
      standalone text not null,
      answer text not null,
      at timestamptz not null,
      primary key (account, region, session_id, turn)
    );
  `,
};
