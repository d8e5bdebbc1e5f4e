import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Keys of KMS: which one a data source's segments and a session's turns are encrypted under, and their data keys, sealed. The
 * texts of a turn that is encrypted are empty.
 */
export const keys: Migration = {
  id: 'knowledge/0004-keys',
  sql: `
    alter table knowledge_data_sources add column kms_key text;
    alter table knowledge_segments add column key jsonb;
    alter table knowledge_sessions
      add column kms_key text,
      add column sealed_key bytea;
    alter table knowledge_session_turns add column sealed bytea;
  `,
};
