import type { Migration } from '../../../storage/database/contract.ts';

/** What completed uploads became, kept for a while for clients that lost the answer and ask again. */
export const completedUploads: Migration = {
  id: 'objects/0002-completed-uploads',
  sql: `
    create table object_uploads_completed (
      account text not null,
      region text not null,
      bucket text collate "C" not null,
      upload_id text collate "C" not null,
      key text collate "C" not null,
      parts_sha256 text not null,
      size bigint not null,
      etag text not null,
      checksum_algorithm text,
      checksum_type text,
      checksum text,
      completed_at timestamptz not null default now(),
      primary key (account, region, bucket, upload_id),
      foreign key (account, region, bucket) references buckets on delete cascade
    );
    create index object_uploads_completed_at on object_uploads_completed (completed_at);
  `,
};
