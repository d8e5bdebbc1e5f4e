import type { Migration } from '../../../storage/database/contract.ts';

/** The files of watched folders that are in their buckets, as they were when they were put there. */
export const mirroredFiles: Migration = {
  id: 'folders/0001-mirrored-files',
  sql: `
    create table mirrored_files (
      account text not null,
      region text not null,
      bucket text not null,
      key text collate "C" not null,
      size bigint not null,
      -- Of the file, as the system tells it: what it was changed by last, and which one it is.
      stamp text not null,
      sha256 text not null,
      primary key (account, region, bucket, key)
    );
  `,
};
