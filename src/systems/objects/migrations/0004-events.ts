import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Events of buckets that are still to be told, or were told within the last hour, and how many were told before. They outlive
 * their bucket: that its last object was deleted is told too.
 */
export const events: Migration = {
  id: 'objects/0004-events',
  sql: `
    create table object_events (
      account text not null,
      region text not null,
      id bigint generated always as identity,
      bucket text collate "C" not null,
      destination text not null,
      event jsonb not null,
      state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
      attempts integer not null default 0,
      due_at timestamptz not null default now(),
      accepted_at timestamptz not null default now(),
      ended_at timestamptz,
      problem text,
      primary key (account, region, id)
    );
    create index object_events_due on object_events (due_at) where state = 'pending';
    create index object_events_delivered on object_events (ended_at) where state = 'delivered';
    create index object_events_bucket on object_events (account, region, bucket);

    create table object_event_totals (
      account text not null,
      region text not null,
      bucket text collate "C" not null,
      destination text not null,
      delivered bigint not null,
      primary key (account, region, bucket, destination)
    );
  `,
};
