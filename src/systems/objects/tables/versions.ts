import type { Statements, Transaction } from '../../../storage/database/contract.ts';
import type { Bucket } from '../object.ts';

/** A version as a caller names it. */
export interface VersionName {
  readonly key: string;
  readonly versionId: string;
}

const OF_BUCKET = 'account = :account and region = :region and bucket = :bucket';

/**
 * Waits until no other transaction changes the versions of these keys, and keeps others out to the end of this one. Always in
 * the same order, so that two batches never wait for each other.
 */
export async function lockKeys(transaction: Transaction, bucket: Bucket, keys: readonly string[]): Promise<void> {
  await transaction.query(
    bucket,
    `select pg_advisory_xact_lock(id) from (
       select distinct hashtextextended(concat_ws('/', :account::text, :region::text, :bucket::text, key), 0) as id
       from unnest(:keys::text[]) as named (key) order by id
     ) as ids`,
    { bucket: bucket.name, keys },
  );
}

/**
 * Makes room for a new latest version of each key: the present one is the latest no more, and goes when it is the null
 * version that the new one replaces.
 */
export async function makeRoom(
  transaction: Transaction,
  bucket: Bucket,
  keys: readonly string[],
  { replaceNull }: { replaceNull: boolean },
): Promise<void> {
  const values = { bucket: bucket.name, keys };
  if (replaceNull) {
    await transaction.query(
      bucket,
      `delete from objects where ${OF_BUCKET} and key = any(:keys::text[]) and version_id = 'null'`,
      values,
    );
  }
  await transaction.query(
    bucket,
    `update objects set is_latest = false where ${OF_BUCKET} and key = any(:keys::text[]) and is_latest`,
    values,
  );
}

/** Writes delete markers, each the latest version of its key; room was made. */
export async function insertMarkers(
  transaction: Transaction,
  bucket: Bucket,
  markers: readonly VersionName[],
  { modifiedAt, owner }: { modifiedAt: Date; owner: string | null },
): Promise<void> {
  await transaction.query(
    bucket,
    `insert into objects (account, region, bucket, key, version_id, delete_marker, size, etag, modified_at, headers,
       metadata, owner)
     select :account, :region, :bucket, key, version_id, true, 0, '', :modifiedAt::timestamptz, '{}', '{}', :owner
     from unnest(:keys::text[], :versions::text[]) as marked (key, version_id)`,
    { ...columnsOf(markers), bucket: bucket.name, modifiedAt, owner },
  );
}

/** How far object lock reaches. */
export interface LockReach {
  readonly now: Date;
  /** The caller deletes what governance mode protects. */
  readonly bypassGovernance: boolean;
}

const UNLOCKED = `not o.legal_hold and (o.retain_until is null or o.retain_until <= :now::timestamptz
  or (:bypassGovernance::boolean and o.lock_mode = 'GOVERNANCE'))`;

export interface DeletedVersion extends VersionName {
  readonly deleteMarker: boolean;
}

/** Deletes versions for good, but for those that object lock protects at `now`. Whoever does it promotes afterwards. */
export function deleteVersionRows(
  transaction: Transaction,
  bucket: Bucket,
  versions: readonly VersionName[],
  reach: LockReach,
): Promise<DeletedVersion[]> {
  return transaction.query<DeletedVersion>(
    bucket,
    `delete from objects o using unnest(:keys::text[], :versions::text[]) as named (key, version_id)
     where o.account = :account and o.region = :region and o.bucket = :bucket
       and o.key = named.key and o.version_id = named.version_id and ${UNLOCKED}
     returning o.key, o.version_id as "versionId", o.delete_marker as "deleteMarker"`,
    { ...columnsOf(versions), ...reach, bucket: bucket.name },
  );
}

/** Of these keys, makes the newest version the latest where none is. */
export async function promoteNewest(transaction: Transaction, bucket: Bucket, keys: readonly string[]): Promise<void> {
  await transaction.query(
    bucket,
    `update objects o set is_latest = true
     from unnest(:keys::text[]) as named (key) cross join lateral (
       select n.version_id from objects n
       where n.account = :account and n.region = :region and n.bucket = :bucket and n.key = named.key
         and not n.is_latest
       order by n.sequence desc limit 1
     ) as newest
     where o.account = :account and o.region = :region and o.bucket = :bucket and o.key = named.key
       and o.version_id = newest.version_id
       and not exists (
         select from objects l where l.account = :account and l.region = :region and l.bucket = :bucket
           and l.key = named.key and l.is_latest
       )`,
    { bucket: bucket.name, keys },
  );
}

/** Which of these versions object lock protects. */
export function selectLocked(
  statements: Statements,
  bucket: Bucket,
  versions: readonly VersionName[],
  reach: LockReach,
): Promise<VersionName[]> {
  return statements.query<VersionName>(
    bucket,
    `select o.key, o.version_id as "versionId"
     from objects o join unnest(:keys::text[], :versions::text[]) as named (key, version_id)
       on o.key = named.key and o.version_id = named.version_id
     where o.account = :account and o.region = :region and o.bucket = :bucket and not (${UNLOCKED})`,
    { ...columnsOf(versions), ...reach, bucket: bucket.name },
  );
}

function columnsOf(names: readonly VersionName[]): { keys: string[]; versions: string[] } {
  return { keys: names.map(({ key }) => key), versions: names.map(({ versionId }) => versionId) };
}
