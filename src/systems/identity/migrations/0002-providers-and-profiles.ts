import type { Migration } from '../../../storage/database/contract.ts';

/** What else an account has once: OpenID Connect providers, instance profiles and its alias (unique across accounts). */
export const providersAndProfiles: Migration = {
  id: 'identity/0002-providers-and-profiles',
  sql: `
    create table iam_oidc_providers (
      account text not null,
      region text not null,
      url text not null,
      client_ids text[] not null,
      thumbprints text[] not null,
      tags jsonb not null default '{}',
      created timestamptz not null,
      primary key (account, region, url)
    );

    create table iam_instance_profiles (
      account text not null,
      region text not null,
      id text not null,
      name text not null,
      name_key text not null,
      path text not null,
      tags jsonb not null default '{}',
      created timestamptz not null,
      role text,
      primary key (account, region, id),
      unique (account, region, name_key),
      foreign key (account, region, role) references iam_identities (account, region, id)
    );

    create table iam_account_aliases (
      account text not null,
      region text not null,
      alias text not null unique,
      primary key (account, region)
    );`,
};
