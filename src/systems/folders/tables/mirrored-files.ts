import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

/** A file of a watched folder that is in its bucket. */
export interface MirroredFile {
  readonly key: string;
  readonly size: number;
  /** Changes with whatever happens to the file; see `walk.ts`. */
  readonly stamp: string;
  readonly sha256: string;
}

const OF_BUCKET = 'account = :account and region = :region and bucket = :bucket';

/** All of a bucket. */
export async function selectMirroredFiles(db: Statements, scope: Scope, bucket: string): Promise<MirroredFile[]> {
  return db.query<MirroredFile>(scope, `select key, size, stamp, sha256 from mirrored_files where ${OF_BUCKET}`, {
    bucket,
  });
}

export async function upsertMirroredFile(
  db: Statements,
  scope: Scope,
  file: MirroredFile & { bucket: string },
): Promise<void> {
  await db.query(
    scope,
    `insert into mirrored_files (account, region, bucket, key, size, stamp, sha256)
     values (:account, :region, :bucket, :key, :size, :stamp, :sha256)
     on conflict (account, region, bucket, key) do update
     set size = excluded.size, stamp = excluded.stamp, sha256 = excluded.sha256`,
    file,
  );
}

export async function deleteMirroredFile(
  db: Statements,
  scope: Scope,
  file: { bucket: string; key: string },
): Promise<void> {
  await db.query(scope, `delete from mirrored_files where ${OF_BUCKET} and key = :key`, file);
}
