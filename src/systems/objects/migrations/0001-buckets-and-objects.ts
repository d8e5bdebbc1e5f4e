import type { Migration } from '../../../storage/database/contract.ts';

/**
 * Buckets, objects, multipart uploads and their parts, and the bytes that nothing names any more.
 *
 * Keys compare as UTF-8 bytes (collate "C"), which is the order S3 lists them in. Triggers queue the bytes that a statement
 * lets go of, in its own transaction: no statement can forget them, and a crash loses none.
 */
export const bucketsAndObjects: Migration = {
  id: 'objects/0001-buckets-and-objects',
  sql: `
    create table buckets (
      account text not null,
      region text not null,
      name text collate "C" not null,
      created_at timestamptz not null,
      primary key (account, region, name)
    );
    -- One name space for all accounts and regions.
    create unique index buckets_name on buckets (name);

    -- Where the bytes are: in the row itself (small ones), in the store under one id, or in the parts of an upload.
    create table objects (
      account text not null,
      region text not null,
      bucket text collate "C" not null,
      key text collate "C" not null,
      size bigint not null,
      etag text not null,
      modified_at timestamptz not null,
      headers jsonb not null,
      metadata jsonb not null,
      checksum_algorithm text,
      checksum_type text,
      checksum text,
      inline_bytes bytea,
      bytes_id text collate "C",
      upload_id text collate "C",
      part_count integer,
      primary key (account, region, bucket, key),
      foreign key (account, region, bucket) references buckets,
      check (num_nonnulls(inline_bytes, bytes_id, upload_id) = 1)
    );
    -- Uploaded bytes are mostly compressed already.
    alter table objects alter column inline_bytes set storage external;
    -- Copies share bytes: the sweep asks who still uses them.
    create index objects_bytes_id on objects (bytes_id) where bytes_id is not null;

    create table object_uploads (
      account text not null,
      region text not null,
      upload_id text collate "C" not null,
      bucket text collate "C" not null,
      key text collate "C" not null,
      initiated_at timestamptz not null,
      initiator text not null,
      headers jsonb not null,
      metadata jsonb not null,
      checksum_algorithm text,
      checksum_type text,
      primary key (account, region, upload_id),
      foreign key (account, region, bucket) references buckets
    );
    create index object_uploads_key on object_uploads (account, region, bucket, key, upload_id);

    -- Of uploads that are under way, and of the objects that uploads became.
    create table object_parts (
      account text not null,
      region text not null,
      upload_id text collate "C" not null,
      part_number integer not null,
      size bigint not null,
      etag text not null,
      modified_at timestamptz not null,
      checksum_algorithm text,
      checksum text,
      bytes_id text collate "C" not null,
      primary key (account, region, upload_id, part_number)
    );
    create index object_parts_bytes_id on object_parts (bytes_id);

    create table bytes_to_remove (
      account text not null,
      region text not null,
      bytes_id text collate "C" not null,
      queued_at timestamptz not null default now(),
      primary key (account, region, bytes_id)
    );
    create index bytes_to_remove_queued_at on bytes_to_remove (queued_at);
    create index bytes_to_remove_bytes_id on bytes_to_remove (bytes_id);

    create function objects_let_go() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.bytes_id is not distinct from new.bytes_id
        and old.upload_id is not distinct from new.upload_id then
        return null;
      end if;
      if old.bytes_id is not null then
        insert into bytes_to_remove (account, region, bytes_id) values (old.account, old.region, old.bytes_id)
          on conflict (account, region, bytes_id) do update set queued_at = excluded.queued_at;
      else
        delete from object_parts
          where account = old.account and region = old.region and upload_id = old.upload_id;
      end if;
      return null;
    end $$;
    create trigger objects_let_go after update or delete on objects
      for each row when (old.inline_bytes is null) execute function objects_let_go();

    -- By statement: an upload of ten thousand parts goes in one.
    create function object_parts_let_go() returns trigger language plpgsql as $$
    begin
      insert into bytes_to_remove (account, region, bytes_id) select account, region, bytes_id from gone
        on conflict (account, region, bytes_id) do update set queued_at = excluded.queued_at;
      return null;
    end $$;
    create trigger object_parts_deleted after delete on object_parts
      referencing old table as gone for each statement execute function object_parts_let_go();
    create trigger object_parts_replaced after update on object_parts
      referencing old table as gone for each statement execute function object_parts_let_go();
  `,
};
