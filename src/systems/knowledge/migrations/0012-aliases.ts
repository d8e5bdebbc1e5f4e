import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Ids that knowledge bases and data sources had in the place where they came from: `old_id` there is `new_id` here. A data
 * source's is looked up within its knowledge base.
 */
export const aliases: Migration = {
  id: 'knowledge/0012-aliases',
  sql: `
    create table knowledge_aliases (
      account text not null,
      region text not null,
      kind text not null,
      knowledge_base_id text not null,
      old_id text not null,
      old_arn text,
      new_id text not null,
      created_at timestamptz not null,
      primary key (account, region, kind, old_id)
    );
    create index knowledge_aliases_target on knowledge_aliases (account, region, knowledge_base_id);
  `,
};
