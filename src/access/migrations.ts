import type { Migration } from '../storage/database/contract.ts';

export const accessMigrations: readonly Migration[] = [
  {
    id: 'access/0001-access-keys',
    // Key ids are unique across accounts: a request names its key before anybody knows its account.
    sql: `
      create table access_keys (
        id text primary key,
        account text not null,
        kind text not null check (kind in ('access-key', 'bearer')),
        secret_sealed bytea,
        token_hash bytea unique,
        services text[],
        created timestamptz not null,
        expires timestamptz,
        revoked timestamptz,
        check ((kind = 'access-key') = (secret_sealed is not null)),
        check ((kind = 'bearer') = (token_hash is not null))
      );
      create index access_keys_account on access_keys (account);`,
  },
  {
    id: 'access/0002-accounts',
    // An account needs no row: keys of one that nobody made by name are good. A closed one has a row, which says so.
    sql: `
      create table accounts (
        id text primary key,
        name text not null,
        email text,
        created timestamptz not null,
        closed timestamptz
      );`,
  },
  {
    id: 'access/0003-console-sessions',
    // Without a region: the console acts in the one that is configured.
    sql: `
      create table console_sessions (
        id text primary key,
        hash bytea not null unique,
        kind text not null check (kind in ('link', 'oidc')),
        account text not null,
        name text not null,
        subject text,
        issuer text,
        role_id text,
        role_arn text,
        created timestamptz not null,
        last_seen timestamptz not null,
        expires timestamptz not null,
        source_address text,
        user_agent text,
        check ((kind = 'oidc') = (role_id is not null))
      );`,
  },
];
