import type { Statements, Values } from '../../../storage/database/contract.ts';
import type { WriteCondition } from '../conditions.ts';
import { type Bucket, type NewObject, NULL_VERSION, type StoredObject } from '../object.ts';
import { propertiesOf } from '../properties.ts';
import { PROPERTY_COLUMNS, PROPERTY_VALUES, READ_PROPERTIES } from './property-columns.ts';

const COLUMNS = `key, version_id as "versionId", is_latest as "isLatest", delete_marker as "deleteMarker",
  size, etag, modified_at as "modifiedAt", headers, metadata,
  checksum_algorithm as "checksumAlgorithm", checksum_type as "checksumType", checksum,
  inline_bytes as "inlineBytes", bytes_id as "bytesId", upload_id as "uploadId", part_count as "partCount",
  ${READ_PROPERTIES}`;

const OF_KEY = 'account = :account and region = :region and bucket = :bucket and key = :key';
const LATEST = `select ${COLUMNS} from objects where ${OF_KEY} and is_latest`;
const ONE_VERSION = `select ${COLUMNS} from objects where ${OF_KEY} and version_id = :versionId`;

/** The one query of a read: the latest version, which may be a delete marker, or the one that is named. */
export async function selectObject(
  statements: Statements,
  bucket: Bucket,
  key: string,
  versionId?: string,
): Promise<StoredObject | undefined> {
  const [object] = await (versionId === undefined
    ? statements.query<StoredObject>(bucket, LATEST, { bucket: bucket.name, key })
    : statements.query<StoredObject>(bucket, ONE_VERSION, { bucket: bucket.name, key, versionId }));
  return object;
}

/** As `selectObject`; until the transaction ends nobody else changes the version or puts another in its place. */
export async function selectForUpdate(
  transaction: Statements,
  bucket: Bucket,
  key: string,
  versionId?: string,
): Promise<StoredObject | undefined> {
  const [object] = await (versionId === undefined
    ? transaction.query<StoredObject>(bucket, `${LATEST} for update`, { bucket: bucket.name, key })
    : transaction.query<StoredObject>(bucket, `${ONE_VERSION} for update`, { bucket: bucket.name, key, versionId }));
  return object;
}

// What a version is made of, beside its key and id.
const WRITTEN = `size, etag, modified_at, headers, metadata, checksum_algorithm, checksum_type, checksum, inline_bytes,
  bytes_id, upload_id, part_count, ${PROPERTY_COLUMNS}`;
const WRITTEN_VALUES = `:size::bigint, :etag, :modifiedAt::timestamptz, :headers::jsonb, :metadata::jsonb,
  :checksumAlgorithm, :checksumType, :checksum, :inlineBytes::bytea, :bytesId, :uploadId, :partCount::integer,
  ${PROPERTY_VALUES}`;

const INSERT = `insert into objects (account, region, bucket, key, version_id, ${WRITTEN})
  values (:account, :region, :bucket, :key, :versionId, ${WRITTEN_VALUES})`;

const UPSERT = `${INSERT} on conflict (account, region, bucket, key) where is_latest
  do update set (${WRITTEN}) = (${WRITTEN.replace(/\w+/g, 'excluded.$&')}) where objects.version_id = 'null'
  and not objects.delete_marker returning key`;
const UPSERT_UNLESS = UPSERT.replace(/returning key$/, 'and objects.etag <> :otherThan returning key');
const INSERT_IF_ABSENT = `${INSERT} on conflict do nothing returning key`;
const UPDATE_IF_MATCH = `update objects set (${WRITTEN}) = (${WRITTEN_VALUES})
  where ${OF_KEY} and is_latest and version_id = 'null' and not delete_marker
    and (:expected = '*' or etag = :expected) returning key`;

/**
 * In a bucket that never kept versions: puts an object in place of what is at its key, in one statement.
 *
 * @returns false when the condition does not hold, or the bucket keeps versions by now; nothing is written then.
 * @throws a foreign key violation when the bucket is gone.
 */
export async function writeOnlyVersion(
  statements: Statements,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<boolean> {
  const values = valuesOf(bucket, object, NULL_VERSION);
  const [text, more] = conditional(condition);
  const rows = await statements.query(bucket, text, { ...values, ...more });
  return rows.length > 0;
}

function conditional(condition: WriteCondition | undefined): [text: string, values: Values] {
  if (condition === undefined) return [UPSERT, {}];
  if ('absent' in condition) return [INSERT_IF_ABSENT, {}];
  if ('otherThan' in condition) return [UPSERT_UNLESS, condition];
  return [UPDATE_IF_MATCH, { expected: condition.etag }];
}

/** Writes the latest version of a key for which room was made (tables/versions.ts). */
export async function insertVersion(
  transaction: Statements,
  bucket: Bucket,
  object: NewObject,
  versionId: string,
): Promise<void> {
  await transaction.query(bucket, INSERT, valuesOf(bucket, object, versionId));
}

function valuesOf(bucket: Bucket, object: NewObject, versionId: string): Values {
  const { key, size, etag, modifiedAt, headers, metadata, checksum, content } = object;
  return {
    ...{ bucket: bucket.name, key, versionId, size, etag, modifiedAt, headers, metadata },
    checksumAlgorithm: checksum?.algorithm ?? null,
    checksumType: checksum?.type ?? null,
    checksum: checksum?.value ?? null,
    inlineBytes: 'inlineBytes' in content ? content.inlineBytes : null,
    bytesId: 'bytesId' in content ? content.bytesId : null,
    uploadId: 'uploadId' in content ? content.uploadId : null,
    partCount: 'uploadId' in content ? content.partCount : null,
    ...propertiesOf(object),
  };
}

/**
 * In a bucket that never kept versions: deletes the objects of these keys, in one statement.
 *
 * @returns the keys of which there was one
 */
export async function deleteOnlyVersions(
  statements: Statements,
  bucket: Bucket,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await statements.query<{ key: string }>(
    bucket,
    `delete from objects
     where account = :account and region = :region and bucket = :bucket and key = any(:keys::text[])
       and is_latest and version_id = 'null' and not delete_marker returning key`,
    { bucket: bucket.name, keys },
  );
  return rows.map(({ key }) => key);
}
