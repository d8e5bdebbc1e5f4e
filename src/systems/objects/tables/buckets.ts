import type { Scope } from '../../../core/scope.ts';
import type { Database, Statements } from '../../../storage/database/contract.ts';
import { isForeignKeyViolation } from '../../../storage/database/database-errors.ts';
import type { BucketSettings, SettingKind } from '../bucket-settings.ts';
import type { Bucket, ListedBucket } from '../object.ts';
import { upsertSetting } from './bucket-settings.ts';

const COLUMNS = 'account, region, name, created_at as "createdAt"';

const COLUMNS_OF_BUCKET = COLUMNS.replace('account, region', 'b.account, b.region');

const SETTINGS = `(select coalesce(jsonb_object_agg(kind, document), '{}') from bucket_settings s
  where s.account = b.account and s.region = b.region and s.bucket = b.name) as settings`;

/** @returns false when the name is taken, by whomever. */
export function insertBucket(database: Database, bucket: ListedBucket, settings: BucketSettings): Promise<boolean> {
  const { name, createdAt } = bucket;
  return database.transaction(async (transaction) => {
    const rows = await transaction.query(
      bucket,
      `insert into buckets (account, region, name, created_at) values (:account, :region, :name, :createdAt)
       on conflict do nothing returning name`,
      { name, createdAt },
    );
    if (rows.length === 0) return false;
    for (const [kind, document] of Object.entries(settings)) {
      await upsertSetting(transaction, bucket, { kind, document, updatedAt: createdAt });
    }
    return true;
  });
}

/** The bucket of that name with its settings, whosesoever it is: names are unique across accounts and regions, so they have no scope. */
export async function findBucket(statements: Statements, name: string): Promise<Bucket | undefined> {
  const text = `select ${COLUMNS}, ${SETTINGS} from buckets b where name = :name`;
  const [bucket] = await statements.system<Bucket>(text, { name });
  return bucket;
}

/** Every bucket, whosesoever it is, that has a setting of this kind: for the work that buckets cause by themselves. */
export function selectBucketsWith(statements: Statements, kind: SettingKind): Promise<Bucket[]> {
  const text = `select ${COLUMNS_OF_BUCKET}, ${SETTINGS} from buckets b join bucket_settings k
    on k.account = b.account and k.region = b.region and k.bucket = b.name where k.kind = :kind order by b.name`;
  return statements.system<Bucket>(text, { kind });
}

/** The account's buckets by name, in all regions unless one is named: S3 lists an account, not a region. */
export function selectBuckets(
  statements: Statements,
  scope: Scope,
  options: { region: string | undefined; prefix: string; after: string; limit: number },
): Promise<ListedBucket[]> {
  const { region, ...values } = options;
  return statements.query<ListedBucket>(
    { account: scope.account, region: region ?? scope.region },
    `select ${COLUMNS} from buckets
     where account = :account and (:everyRegion or region = :region)
       and name > :after and starts_with(name, :prefix)
     order by name limit :limit`,
    { ...values, everyRegion: region === undefined },
  );
}

/**
 * Deletes an empty bucket with the uploads that are under way in it.
 *
 * @returns `not-empty` when objects are left, and nothing is deleted then.
 */
export async function deleteBucket(database: Database, bucket: Bucket): Promise<'deleted' | 'missing' | 'not-empty'> {
  try {
    return await database.transaction(async (transaction) => {
      const uploads = await transaction.query<{ id: string }>(
        bucket,
        `delete from object_uploads where account = :account and region = :region and bucket = :bucket
         returning upload_id as id`,
        { bucket: bucket.name },
      );
      await transaction.query(
        bucket,
        'delete from object_parts where account = :account and region = :region and upload_id = any(:uploads::text[])',
        { uploads: uploads.map(({ id }) => id) },
      );
      const deleted = await transaction.query(
        bucket,
        'delete from buckets where account = :account and region = :region and name = :name returning name',
        { name: bucket.name },
      );
      return deleted.length > 0 ? 'deleted' : 'missing';
    });
  } catch (error) {
    if (isForeignKeyViolation(error)) return 'not-empty';
    throw error;
  }
}
