import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Users, groups and roles are one table: names, paths, ids, tags and boundaries are alike, and whatever hangs on one of them
 * (inline policies, attachments) hangs on its id, so that a renamed user keeps it and a new one of an old name does not.
 * `name_key` is the name in small letters: names that differ in case alone are the same name.
 */
export const identities: Migration = {
  id: 'identity/0001-identities',
  sql: `
    create table iam_identities (
      account text not null,
      region text not null,
      id text not null,
      kind text not null check (kind in ('user', 'group', 'role')),
      name text not null,
      name_key text not null,
      path text not null,
      created timestamptz not null,
      tags jsonb not null default '{}',
      boundary text,
      trust text,
      description text,
      max_session integer,
      last_used timestamptz,
      last_used_region text,
      primary key (account, region, id),
      unique (account, region, kind, name_key),
      check ((kind = 'role') = (trust is not null))
    );
    create index iam_identities_boundary on iam_identities (account, region, boundary) where boundary is not null;

    create table iam_inline_policies (
      account text not null,
      region text not null,
      identity text not null,
      name text not null,
      document text not null,
      primary key (account, region, identity, name),
      foreign key (account, region, identity) references iam_identities (account, region, id)
    );

    create table iam_policies (
      account text not null,
      region text not null,
      arn text not null,
      id text not null,
      name text not null,
      name_key text not null,
      path text not null,
      description text,
      default_version integer not null,
      last_version integer not null,
      created timestamptz not null,
      updated timestamptz not null,
      tags jsonb not null default '{}',
      primary key (account, region, arn),
      unique (account, region, name_key)
    );

    create table iam_policy_versions (
      account text not null,
      region text not null,
      policy text not null,
      version integer not null,
      document text not null,
      created timestamptz not null,
      primary key (account, region, policy, version),
      foreign key (account, region, policy) references iam_policies (account, region, arn) on delete cascade
    );

    create table iam_attachments (
      account text not null,
      region text not null,
      identity text not null,
      policy text not null,
      primary key (account, region, identity, policy),
      foreign key (account, region, identity) references iam_identities (account, region, id)
    );
    create index iam_attachments_policy on iam_attachments (account, region, policy);

    create table iam_group_members (
      account text not null,
      region text not null,
      group_id text not null,
      user_id text not null,
      primary key (account, region, group_id, user_id),
      foreign key (account, region, group_id) references iam_identities (account, region, id),
      foreign key (account, region, user_id) references iam_identities (account, region, id)
    );
    create index iam_group_members_user on iam_group_members (account, region, user_id);

    create table iam_access_keys (
      account text not null,
      region text not null,
      id text not null,
      user_id text not null,
      secret_sealed bytea not null,
      active boolean not null default true,
      created timestamptz not null,
      last_used timestamptz,
      last_used_region text,
      last_used_service text,
      primary key (account, region, id),
      unique (id),
      foreign key (account, region, user_id) references iam_identities (account, region, id)
    );
    create index iam_access_keys_user on iam_access_keys (account, region, user_id);`,
};
