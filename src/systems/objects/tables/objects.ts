import type { Statements, Values } from '../../../storage/database/contract.ts';
import type { WriteCondition } from '../conditions.ts';
import type { Bucket, NewObject, StoredObject } from '../object.ts';
import { propertiesOf } from '../properties.ts';
import { EXCLUDED_PROPERTIES, PROPERTY_COLUMNS, PROPERTY_VALUES, READ_PROPERTIES } from './property-columns.ts';

const COLUMNS = `key, version_id as "versionId", is_latest as "isLatest", delete_marker as "deleteMarker", size, etag, modified_at as "modifiedAt", headers, metadata,
  checksum_algorithm as "checksumAlgorithm", checksum_type as "checksumType", checksum,
  inline_bytes as "inlineBytes", bytes_id as "bytesId", upload_id as "uploadId", part_count as "partCount",
  ${READ_PROPERTIES}`;

const SELECT = `select ${COLUMNS} from objects
  where account = :account and region = :region and bucket = :bucket and key = :key and is_latest`;

/** The one query of a read. */
export async function selectObject(
  statements: Statements,
  bucket: Bucket,
  key: string,
): Promise<StoredObject | undefined> {
  const [object] = await statements.query<StoredObject>(bucket, SELECT, { bucket: bucket.name, key });
  return object;
}

const INSERT = `insert into objects (account, region, bucket, key, size, etag, modified_at, headers, metadata,
    checksum_algorithm, checksum_type, checksum, inline_bytes, bytes_id, upload_id, part_count,
    ${PROPERTY_COLUMNS})
  values (:account, :region, :bucket, :key, :size, :etag, :modifiedAt, :headers::jsonb, :metadata::jsonb,
    :checksumAlgorithm, :checksumType, :checksum, :inlineBytes::bytea, :bytesId, :uploadId, :partCount::integer,
    ${PROPERTY_VALUES})`;

const REPLACE = `on conflict (account, region, bucket, key) where is_latest do update set
    size = excluded.size, etag = excluded.etag, modified_at = excluded.modified_at,
    headers = excluded.headers, metadata = excluded.metadata, checksum_algorithm = excluded.checksum_algorithm,
    checksum_type = excluded.checksum_type, checksum = excluded.checksum, inline_bytes = excluded.inline_bytes,
    bytes_id = excluded.bytes_id, upload_id = excluded.upload_id, part_count = excluded.part_count,
    (${PROPERTY_COLUMNS}) = (${EXCLUDED_PROPERTIES})`;

const UPSERT = `${INSERT} ${REPLACE} returning key`;
const INSERT_IF_ABSENT = `${INSERT} on conflict do nothing returning key`;
const UPDATE_IF_MATCH = `update objects set size = :size, etag = :etag, modified_at = :modifiedAt,
    headers = :headers::jsonb, metadata = :metadata::jsonb, checksum_algorithm = :checksumAlgorithm,
    checksum_type = :checksumType, checksum = :checksum, inline_bytes = :inlineBytes::bytea, bytes_id = :bytesId,
    upload_id = :uploadId, part_count = :partCount::integer,
    (${PROPERTY_COLUMNS}) = (${PROPERTY_VALUES})
  where account = :account and region = :region and bucket = :bucket and key = :key
    and (:expected = '*' or etag = :expected) returning key`;

/**
 * Puts an object in place of what is at its key, in one statement.
 *
 * @returns false when the condition does not hold; nothing is written then.
 * @throws a foreign key violation when the bucket is gone.
 */
export async function writeObject(
  statements: Statements,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<boolean> {
  const values = valuesOf(bucket, object);
  const rows = await (condition === undefined
    ? statements.query(bucket, UPSERT, values)
    : 'absent' in condition
      ? statements.query(bucket, INSERT_IF_ABSENT, values)
      : statements.query(bucket, UPDATE_IF_MATCH, { ...values, expected: condition.etag }));
  return rows.length > 0;
}

function valuesOf(bucket: Bucket, object: NewObject): Values {
  const { key, size, etag, modifiedAt, headers, metadata, checksum, content } = object;
  return {
    bucket: bucket.name,
    key,
    size,
    etag,
    modifiedAt,
    headers,
    metadata,
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

/** @returns whether there was one; with an entity tag, whether there was one that matched. */
export async function deleteObjectRow(
  statements: Statements,
  bucket: Bucket,
  key: string,
  expected = '*',
): Promise<boolean> {
  const rows = await statements.query(
    bucket,
    `delete from objects where account = :account and region = :region and bucket = :bucket and key = :key
       and (:expected = '*' or etag = :expected) returning key`,
    { bucket: bucket.name, key, expected },
  );
  return rows.length > 0;
}

export async function deleteObjectRows(statements: Statements, bucket: Bucket, keys: readonly string[]): Promise<void> {
  await statements.query(
    bucket,
    `delete from objects
     where account = :account and region = :region and bucket = :bucket and key = any(:keys::text[])`,
    { bucket: bucket.name, keys },
  );
}
