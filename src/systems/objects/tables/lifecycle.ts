import type { Statements } from '../../../storage/database/contract.ts';
import type { LifecycleFilter } from '../lifecycle/rules.ts';
import type { Bucket, ListedBucket } from '../object.ts';

/** A page of what a rule looks at, by key. */
export interface RulePage {
  readonly filter: LifecycleFilter;
  /** The last key of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

/** A version, or a marker, that a rule may be about. */
export interface DueVersion {
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

const OF_BUCKET = 'account = :account and region = :region and bucket = :bucket';
const FITS = `starts_with(key, :prefix) and tags_fit and size > :greaterThan::bigint
  and (:lessThan::bigint is null or size < :lessThan::bigint)`;
// A null list of tags contains none.
const fits = (table: string): string =>
  FITS.replace('tags_fit', `coalesce(${table}.tags, '[]') @> :tags::jsonb`).replaceAll('(key', `(${table}.key`);
const COLUMNS = 'key, version_id as "versionId", etag, size, modified_at as "modifiedAt"';

function valuesOf(bucket: ListedBucket, { filter, after, limit }: RulePage) {
  const { prefix, tags, greaterThan = -1, lessThan = null } = filter;
  return { bucket: bucket.name, prefix, tags, greaterThan, lessThan, after, limit };
}

/** Current objects that were last written at `cutoff` or before, in the order of their keys. */
export function selectDueObjects(
  statements: Statements,
  bucket: Bucket,
  page: RulePage,
  cutoff: Date,
): Promise<DueVersion[]> {
  return statements.query<DueVersion>(
    bucket,
    `select ${COLUMNS} from objects o where ${OF_BUCKET} and is_latest and not delete_marker and key > :after
       and ${fits('o')} and modified_at <= :cutoff::timestamptz order by key limit :limit`,
    { ...valuesOf(bucket, page), cutoff },
  );
}

/** Delete markers behind which no version is left, written at `cutoff` or before. */
export function selectExpiredMarkers(
  statements: Statements,
  bucket: Bucket,
  page: RulePage,
  cutoff: Date,
): Promise<DueVersion[]> {
  const { filter, ...rest } = page;
  const values = valuesOf(bucket, { filter: { prefix: filter.prefix, tags: [] }, ...rest });
  return statements.query<DueVersion>(
    bucket,
    `select ${COLUMNS} from objects o where ${OF_BUCKET} and is_latest and delete_marker and key > :after
       and starts_with(key, :prefix) and modified_at <= :cutoff::timestamptz
       and not exists (select from objects v where v.account = o.account and v.region = o.region
         and v.bucket = o.bucket and v.key = o.key and not v.is_latest)
     order by key limit :limit`,
    { ...values, cutoff },
  );
}

/** The next keys that have versions which are not current; a page of `selectNoncurrent` is about these. */
export async function selectKeysWithNoncurrent(
  statements: Statements,
  bucket: Bucket,
  { filter, after, limit }: RulePage,
): Promise<string[]> {
  const rows = await statements.query<{ key: string }>(
    bucket,
    `select distinct key from objects where ${OF_BUCKET} and not is_latest and key > :after
       and starts_with(key, :prefix) order by key limit :limit`,
    { bucket: bucket.name, after, limit, prefix: filter.prefix },
  );
  return rows.map(({ key }) => key);
}

/**
 * Versions of these keys that were superseded at `cutoff` or before, but for the newest `keep` of each key. A version is
 * superseded when the next newer one is written.
 */
export function selectDueNoncurrent(
  statements: Statements,
  bucket: Bucket,
  { filter, keys, keep, cutoff }: { filter: LifecycleFilter; keys: readonly string[]; keep: number; cutoff: Date },
): Promise<DueVersion[]> {
  return statements.query<DueVersion>(
    bucket,
    `select ${COLUMNS} from (
       select o.*, lag(modified_at) over newest_first as superseded_at, row_number() over newest_first as place
       from objects o where ${OF_BUCKET} and key = any(:keys::text[])
       window newest_first as (partition by key order by is_latest desc, sequence desc)
     ) as v
     where not is_latest and superseded_at <= :cutoff::timestamptz and place > :keep::integer + 1 and ${fits('v')}
     order by key, sequence`,
    { ...valuesOf(bucket, { filter, after: '', limit: 0 }), keys, keep, cutoff },
  );
}

/** Uploads that were begun at `cutoff` or before and never completed. */
export function selectDueUploads(
  statements: Statements,
  bucket: Bucket,
  { filter, after, limit }: RulePage,
  cutoff: Date,
): Promise<{ key: string; uploadId: string; initiatedAt: Date }[]> {
  return statements.query(
    bucket,
    `select key, upload_id as "uploadId", initiated_at as "initiatedAt" from object_uploads
     where ${OF_BUCKET} and starts_with(key, :prefix) and initiated_at <= :cutoff::timestamptz and upload_id > :after
     order by upload_id limit :limit`,
    { bucket: bucket.name, prefix: filter.prefix, after, limit, cutoff },
  );
}
