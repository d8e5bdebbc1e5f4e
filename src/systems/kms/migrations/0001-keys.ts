import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Keys, the versions of their material, aliases and grants. The material is sealed under the root key; where its row is gone,
 * everything under the key is unreadable. `kms_destroyed_keys` outlives a key: a restored copy of the database must not
 * bring it back.
 */
export const keys: Migration = {
  id: 'kms/0001-keys',
  sql: `
    create table kms_keys (
      account text not null,
      region text not null,
      key_id text collate "C" not null,
      description text not null,
      usage text not null,
      spec text not null,
      state text not null check (state in ('Enabled', 'Disabled', 'PendingDeletion')),
      managed_for text,
      policy text not null,
      tags jsonb not null default '{}',
      created_at timestamptz not null,
      version integer not null default 1,
      rotation_days integer,
      rotates_at timestamptz,
      deletion_at timestamptz,
      primary key (account, region, key_id)
    );
    create index kms_keys_deletion on kms_keys (deletion_at) where deletion_at is not null;
    create index kms_keys_rotation on kms_keys (rotates_at) where rotates_at is not null;

    create table kms_key_versions (
      account text not null,
      region text not null,
      key_id text collate "C" not null,
      version integer not null,
      material_sealed bytea not null,
      reason text not null check (reason in ('CREATED', 'AUTOMATIC', 'ON_DEMAND')),
      created_at timestamptz not null,
      primary key (account, region, key_id, version),
      foreign key (account, region, key_id) references kms_keys on delete cascade
    );

    create table kms_aliases (
      account text not null,
      region text not null,
      name text collate "C" not null,
      key_id text collate "C" not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (account, region, name),
      foreign key (account, region, key_id) references kms_keys on delete cascade
    );
    create index kms_aliases_key on kms_aliases (account, region, key_id);

    create table kms_grants (
      account text not null,
      region text not null,
      grant_id text collate "C" not null,
      key_id text collate "C" not null,
      name text,
      grantee text not null,
      retiring text,
      issuer text not null,
      operations text[] not null,
      constraints jsonb not null,
      created_at timestamptz not null,
      primary key (account, region, grant_id),
      foreign key (account, region, key_id) references kms_keys on delete cascade
    );
    create index kms_grants_key on kms_grants (account, region, key_id);

    create table kms_destroyed_keys (
      account text not null,
      region text not null,
      key_id text collate "C" not null,
      destroyed_at timestamptz not null,
      primary key (account, region, key_id)
    );
  `,
};
