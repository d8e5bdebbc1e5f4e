import type { Migration } from '../../../storage/database/contract.ts';

/** Secrets, the versions of their values (sealed under a data key of KMS each) and which version each stage names. */
export const secrets: Migration = {
  id: 'secrets/0001-secrets',
  sql: `
    create table secrets (
      account text not null,
      region text not null,
      name text collate "C" not null,
      suffix text not null,
      description text,
      kms_key text,
      tags jsonb not null default '{}',
      policy text,
      created_at timestamptz not null,
      changed_at timestamptz not null,
      accessed_at timestamptz,
      deleted_at timestamptz,
      delete_after timestamptz,
      primary key (account, region, name)
    );
    create index secrets_created on secrets (account, region, created_at, name);
    create index secrets_delete_after on secrets (delete_after) where delete_after is not null;

    create table secret_versions (
      account text not null,
      region text not null,
      name text collate "C" not null,
      version_id text collate "C" not null,
      key_arn text not null,
      sealed_key bytea not null,
      sealed_value bytea not null,
      is_binary boolean not null,
      created_at timestamptz not null,
      accessed_at timestamptz,
      primary key (account, region, name, version_id),
      foreign key (account, region, name) references secrets on delete cascade
    );

    create table secret_stages (
      account text not null,
      region text not null,
      name text collate "C" not null,
      stage text collate "C" not null,
      version_id text collate "C" not null,
      primary key (account, region, name, stage),
      foreign key (account, region, name, version_id) references secret_versions on delete cascade
    );
  `,
};
