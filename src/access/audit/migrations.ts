import type { Migration } from '../../storage/database/contract.ts';

export const auditMigrations: readonly Migration[] = [
  {
    id: 'audit/0001-records',
    // A chain is one process's: its records are of all accounts, in the order in which they were written.
    sql: `
      create table audit_records (
        account text not null,
        region text not null,
        chain text not null,
        sequence bigint not null,
        at timestamptz not null,
        event_id text,
        request_id text,
        event_name text,
        event_source text,
        user_name text,
        access_key_id text,
        read_only boolean,
        resource_names text[],
        resource_types text[],
        body text not null,
        hash text not null,
        primary key (chain, sequence)
      );
      create index audit_records_of_account on audit_records (account, at);
      create table audit_chains (
        chain text primary key,
        sequence bigint not null,
        hash text not null,
        seal text not null,
        pruned_sequence bigint not null default 0,
        pruned_hash text,
        pruned_seal text,
        written timestamptz not null,
        exported_sequence bigint not null default 0,
        exporting_until bigint,
        export_lease timestamptz
      );`,
  },
];
