import type { Migration } from '../database/contract.ts';

export const jobMigrations: readonly Migration[] = [
  {
    id: 'jobs/0001-jobs',
    sql: `
      create table jobs (
        account text not null,
        region text not null,
        id uuid not null,
        kind text not null,
        payload jsonb not null,
        state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
        -- Claims so far, errors thrown so far, and processes that died with it since it last made progress.
        attempt integer not null default 0,
        failures integer not null default 0,
        crashes integer not null default 0,
        -- The instance that runs it.
        owner text,
        cancel_requested boolean not null default false,
        progress jsonb,
        reason text,
        due timestamptz not null default now(),
        created timestamptz not null default now(),
        ended timestamptz,
        primary key (account, region, id)
      );
      create index jobs_queued on jobs (kind, due) where state = 'queued';
      create index jobs_running on jobs (owner) where state = 'running';
      create index jobs_ended on jobs (ended) where ended is not null;
      create table job_instances (
        instance text primary key,
        seen timestamptz not null
      );`,
  },
];
