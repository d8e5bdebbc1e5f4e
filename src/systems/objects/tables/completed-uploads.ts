import type { ChecksumAlgorithm } from '../../../core/checksums.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket, ChecksumType, NewObject } from '../object.ts';
import type { UploadName } from './uploads.ts';

/** What an upload became, whatever became of the object since. */
export interface CompletedUpload extends Pick<NewObject, 'size' | 'etag' | 'checksum' | 'encryption'> {
  /** Of the list of parts that it was completed with. */
  readonly partsSha256: string;
  readonly versionId: string;
}

interface Row {
  readonly versionId: string;
  readonly size: number;
  readonly etag: string;
  readonly partsSha256: string;
  readonly algorithm: ChecksumAlgorithm | null;
  readonly type: ChecksumType | null;
  readonly value: string | null;
  readonly encryption: NewObject['encryption'];
}

/** Inside the transaction that completes the upload. */
export async function insertCompletedUpload(
  transaction: Statements,
  bucket: Bucket,
  { uploadId, key }: UploadName,
  { size, etag, partsSha256, checksum, versionId, encryption }: CompletedUpload,
): Promise<void> {
  const { algorithm = null, type = null, value = null } = checksum ?? {};
  await transaction.query(
    bucket,
    `insert into object_uploads_completed (account, region, bucket, upload_id, key, parts_sha256, size, etag,
       checksum_algorithm, checksum_type, checksum, version_id, encryption)
     values (:account, :region, :bucket, :uploadId, :key, :partsSha256, :size, :etag, :algorithm, :type, :value, :versionId,
       :encryption::jsonb)`,
    { bucket: bucket.name, uploadId, key, partsSha256, size, etag, algorithm, type, value, versionId, encryption },
  );
}

export async function selectCompletedUpload(
  statements: Statements,
  bucket: Bucket,
  { uploadId, key }: UploadName,
): Promise<CompletedUpload | undefined> {
  const [row] = await statements.query<Row>(
    bucket,
    `select size, etag, parts_sha256 as "partsSha256", checksum_algorithm as algorithm, checksum_type as type,
       checksum as value, version_id as "versionId", encryption
     from object_uploads_completed
     where account = :account and region = :region and bucket = :bucket and upload_id = :uploadId and key = :key`,
    { bucket: bucket.name, uploadId, key },
  );
  if (!row) return undefined;
  const { size, etag, partsSha256, algorithm, type, value, versionId, encryption } = row;
  const checksum = algorithm && type && value ? { algorithm, type, value } : undefined;
  return { size, etag, partsSha256, checksum, versionId, encryption };
}
