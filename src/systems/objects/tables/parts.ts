import type { ChecksumAlgorithm } from '../../../core/checksums.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Bucket } from '../object.ts';
import type { UploadName } from './uploads.ts';

/** A part of an upload, or of the object that an upload became. */
export interface Part {
  readonly partNumber: number;
  readonly size: number;
  /** The MD5 of the part in hex. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  /** Base64. */
  readonly checksum: string | null;
  readonly bytesId: string;
}

const COLUMNS = `part_number as "partNumber", size, etag, modified_at as "modifiedAt",
  checksum_algorithm as "checksumAlgorithm", checksum, bytes_id as "bytesId"`;

const OF_UPLOAD = 'account = :account and region = :region and upload_id = :uploadId';

/**
 * Writes a part, in place of one with its number.
 *
 * @returns false when the upload is gone; nothing is written then. The lock on the upload's row keeps it from ending meanwhile.
 */
export async function writePart(
  statements: Statements,
  bucket: Bucket,
  { uploadId, key }: UploadName,
  part: Part,
): Promise<boolean> {
  const rows = await statements.query(
    bucket,
    `insert into object_parts (account, region, upload_id, part_number, size, etag, modified_at, checksum_algorithm,
       checksum, bytes_id)
     select account, region, upload_id, :partNumber::integer, :size::bigint, :etag, :modifiedAt::timestamptz,
       :checksumAlgorithm, :checksum, :bytesId
     from object_uploads where ${OF_UPLOAD} and bucket = :bucket and key = :key for key share
     on conflict (account, region, upload_id, part_number) do update set size = excluded.size, etag = excluded.etag,
       modified_at = excluded.modified_at, checksum_algorithm = excluded.checksum_algorithm,
       checksum = excluded.checksum, bytes_id = excluded.bytes_id
     returning part_number`,
    { ...part, uploadId, key, bucket: bucket.name },
  );
  return rows.length > 0;
}

/** The parts of an upload in order. */
export function selectParts(
  statements: Statements,
  bucket: Bucket,
  uploadId: string,
  { after, limit }: { after: number; limit: number } = { after: 0, limit: 10_000 },
): Promise<Part[]> {
  return statements.query<Part>(
    bucket,
    `select ${COLUMNS} from object_parts where ${OF_UPLOAD} and part_number > :after order by part_number limit :limit`,
    { uploadId, after, limit },
  );
}

/** A stretch of one part's bytes. */
export interface PartBytes {
  readonly partNumber: number;
  readonly bytesId: string;
  readonly size: number;
  /** Where the part begins in the whole. */
  readonly start: number;
}

/** The parts that hold the bytes from `start` to `end`, both included, in order. */
export function selectPartsInRange(
  statements: Statements,
  bucket: Bucket,
  uploadId: string,
  range: { start: number; end: number },
): Promise<PartBytes[]> {
  return statements.query<PartBytes>(
    bucket,
    `select * from (
       select part_number as "partNumber", bytes_id as "bytesId", size, (sum(size) over (order by part_number) - size)::bigint as start
       from object_parts where ${OF_UPLOAD}
     ) placed
     where size > 0 and start <= :end::bigint and start + size > :start::bigint order by start`,
    { uploadId, ...range },
  );
}

export async function deleteParts(statements: Statements, bucket: Bucket, uploadId: string): Promise<void> {
  await statements.query(bucket, `delete from object_parts where ${OF_UPLOAD}`, { uploadId });
}

/** Drops the parts that a completed upload does not name. */
export async function deletePartsBut(
  statements: Statements,
  bucket: Bucket,
  uploadId: string,
  kept: readonly number[],
): Promise<void> {
  await statements.query(
    bucket,
    `delete from object_parts where ${OF_UPLOAD} and not part_number = any(:kept::integer[])`,
    { uploadId, kept },
  );
}
