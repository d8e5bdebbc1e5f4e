import type { ChecksumAlgorithm } from '../../../core/checksums.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, ChecksumType, Description } from '../object.ts';
import type { ObjectProperties } from '../properties.ts';
import { PROPERTY_COLUMNS, PROPERTY_VALUES, READ_PROPERTIES } from './property-columns.ts';

/** A multipart upload that is under way. */
export interface Upload extends Description, ObjectProperties {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedAt: Date;
  /** The ARN of the principal that began it. */
  readonly initiator: string;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
}

const COLUMNS = `upload_id as "uploadId", key, initiated_at as "initiatedAt", initiator, headers, metadata,
  checksum_algorithm as "checksumAlgorithm", checksum_type as "checksumType", ${READ_PROPERTIES}`;

const ONE = 'account = :account and region = :region and upload_id = :uploadId and bucket = :bucket and key = :key';

/** Names an upload as its callers do: the id alone is not enough, bucket and key must be its own. */
export interface UploadName {
  readonly uploadId: string;
  readonly key: string;
}

export async function insertUpload(statements: Statements, bucket: Bucket, upload: Upload): Promise<void> {
  await statements.query(
    bucket,
    `insert into object_uploads (account, region, upload_id, bucket, key, initiated_at, initiator, headers, metadata,
       checksum_algorithm, checksum_type, ${PROPERTY_COLUMNS})
     values (:account, :region, :uploadId, :bucket, :key, :initiatedAt, :initiator, :headers::jsonb, :metadata::jsonb,
       :checksumAlgorithm, :checksumType, ${PROPERTY_VALUES})`,
    { ...upload, bucket: bucket.name },
  );
}

export async function selectUpload(
  statements: Statements,
  bucket: Bucket,
  name: UploadName,
): Promise<Upload | undefined> {
  const [upload] = await statements.query<Upload>(bucket, `select ${COLUMNS} from object_uploads where ${ONE}`, {
    ...name,
    bucket: bucket.name,
  });
  return upload;
}

/** Ends an upload; its parts stay. Inside a transaction: parts that are being written meanwhile are waited for. */
export async function deleteUpload(
  transaction: Statements,
  bucket: Bucket,
  name: UploadName,
): Promise<Upload | undefined> {
  const [upload] = await transaction.query<Upload>(
    bucket,
    `delete from object_uploads where ${ONE} returning ${COLUMNS}`,
    { ...name, bucket: bucket.name },
  );
  return upload;
}

/** One line of a listing of uploads: an upload, or a common prefix of keys. */
export interface ListedUpload extends Upload {
  readonly commonPrefix: string | null;
}

export interface UploadsPage {
  readonly prefix: string;
  readonly delimiter: string;
  readonly afterKey: string;
  /** With `afterKey`: uploads of that key with a greater id follow too. Null for none. */
  readonly afterUploadId: string | null;
  readonly limit: number;
}

// Uploads under way are few, unlike objects: all of a prefix may be looked through.
const LISTING = `with listed as (
    select *, case when :delimiter <> '' and strpos(substr(key, char_length(:prefix) + 1), :delimiter) > 0 then
      left(key, char_length(:prefix) + strpos(substr(key, char_length(:prefix) + 1), :delimiter) - 1
        + char_length(:delimiter)) end as "commonPrefix"
    from object_uploads
    where account = :account and region = :region and bucket = :bucket and starts_with(key, :prefix)
      and (key > :afterKey or (key = :afterKey and upload_id > :afterUploadId))
  ), ranked as (
    select *, row_number() over (partition by "commonPrefix" order by key, upload_id) as place from listed
    where "commonPrefix" is null or not starts_with(:afterKey, "commonPrefix")
  )
  select ${COLUMNS}, "commonPrefix" from ranked where "commonPrefix" is null or place = 1
  order by key, upload_id limit :limit`;

export function selectUploads(statements: Statements, bucket: Bucket, page: UploadsPage): Promise<ListedUpload[]> {
  return statements.query<ListedUpload>(bucket, LISTING, { ...page, bucket: bucket.name });
}
