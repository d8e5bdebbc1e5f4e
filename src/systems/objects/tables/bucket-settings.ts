import type { Statements } from '../../../storage/database/contract.ts';
import { isForeignKeyViolation } from '../../../storage/database/database-errors.ts';
import type { ListedBucket } from '../object.ts';

interface SettingRow {
  readonly kind: string;
  readonly document: object;
  readonly updatedAt: Date;
}

/** @returns false when the bucket is gone. */
export async function upsertSetting(
  statements: Statements,
  bucket: ListedBucket,
  setting: SettingRow,
): Promise<boolean> {
  try {
    await statements.query(
      bucket,
      `insert into bucket_settings (account, region, bucket, kind, document, updated_at)
       values (:account, :region, :bucket, :kind, :document::jsonb, :updatedAt)
       on conflict (account, region, bucket, kind)
         do update set document = excluded.document, updated_at = excluded.updated_at`,
      { ...setting, bucket: bucket.name },
    );
    return true;
  } catch (error) {
    if (isForeignKeyViolation(error)) return false;
    throw error;
  }
}

export async function deleteSettingRow(statements: Statements, bucket: ListedBucket, kind: string): Promise<void> {
  await statements.query(
    bucket,
    `delete from bucket_settings
     where account = :account and region = :region and bucket = :bucket and kind = :kind`,
    { bucket: bucket.name, kind },
  );
}
