import type { ChecksumAlgorithm } from '../../core/checksums.ts';
import { isLinear } from '../../core/checksums.ts';
import { LoamError } from '../../core/errors.ts';
import { isForeignKeyViolation } from '../../storage/database/database-errors.ts';
import { inBucket } from './bucket-directory.ts';
import { isSameSecond } from './conditions.ts';
import type { EncryptionRequest, KeyUser } from './encryption/contract.ts';
import { makeDataKey } from './encryption/data-key.ts';
import { pageLimit } from './list.ts';
import { checkMetadata } from './metadata.ts';
import { checkKey, refuseNul } from './names.ts';
import type { Bucket, ChecksumType, Description, ObjectSystem } from './object.ts';
import { lockOfNew } from './object-lock.ts';
import { type ObjectProperties, PLAIN } from './properties.ts';
import type { Place } from './put.ts';
import { deleteParts, type Part, selectParts } from './tables/parts.ts';
import {
  deleteUpload,
  insertUpload,
  type ListedUpload,
  selectUpload,
  selectUploads,
  type Upload,
  type UploadName,
} from './tables/uploads.ts';

const UPLOAD_ID_BYTES = 24;

/** An upload as a caller names it. */
export interface UploadPlace extends Place {
  readonly uploadId: string;
}

export interface NewUpload extends Description {
  /** What is not given is as `PLAIN` says. */
  readonly properties?: Partial<ObjectProperties>;
  /** Undefined is as the bucket is set. */
  readonly encryption?: EncryptionRequest | undefined;
  readonly user?: KeyUser;
  readonly initiator: string;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: ChecksumType | undefined;
}

/** @throws LoamError `bucket-not-found`, `access-denied`, `request-invalid` for a checksum type that the algorithm cannot have */
export async function createUpload(system: ObjectSystem, place: Place, options: NewUpload): Promise<Upload> {
  const { database, buckets, clock, ids } = system;
  const { headers, metadata, initiator, algorithm } = options;
  checkKey(place.key);
  checkMetadata(metadata);
  const target = await buckets.open(place.bucket, place.expectedOwner);
  const { encryption: request, user } = options;
  const sealing = await makeDataKey(system, { bucket: target, key: place.key, request, user });
  const upload: Upload = {
    ...{ ...PLAIN, ...options.properties, key: place.key, headers, metadata, initiator },
    ...(sealing && { encryption: sealing.encryption, sealedKey: sealing.sealedKey }),
    uploadId: ids.bytes(UPLOAD_ID_BYTES).toString('base64url'),
    initiatedAt: new Date(clock.now()),
    checksumAlgorithm: algorithm ?? null,
    checksumType: checksumTypeOf(algorithm, options.checksumType) ?? null,
  };
  const done = await inBucket(buckets, place, async (bucket) => {
    lockOfNew(bucket, upload, clock.now());
    try {
      await insertUpload(database, bucket, upload);
      return true;
    } catch (error) {
      if (isForeignKeyViolation(error)) return undefined;
      throw error;
    }
  });
  if (!done) throw new LoamError('bucket-not-found', { bucket: place.bucket });
  return upload;
}

function checksumTypeOf(
  algorithm: ChecksumAlgorithm | undefined,
  asked: ChecksumType | undefined,
): ChecksumType | undefined {
  if (!algorithm) {
    if (!asked) return undefined;
    throw new LoamError('request-invalid', { message: 'x-amz-checksum-type needs x-amz-checksum-algorithm.' });
  }
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const possible = type === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : isLinear(algorithm);
  if (possible) return type;
  throw new LoamError('request-invalid', {
    message: `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  });
}

/** The database takes no NUL, so there is no upload of such a name. @throws LoamError `upload-not-found` */
export function checkUploadName({ uploadId, key }: UploadName): void {
  if (`${uploadId}${key}`.includes('\0')) throw new LoamError('upload-not-found', { uploadId });
}

/** @throws LoamError `upload-not-found`, `bucket-not-found`, `access-denied` */
export async function findUpload(
  { database, buckets }: ObjectSystem,
  place: UploadPlace,
): Promise<{ bucket: Bucket; upload: Upload }> {
  const { uploadId, key } = place;
  checkUploadName(place);
  const found = await inBucket(buckets, place, async (bucket) => {
    const upload = await selectUpload(database, bucket, { uploadId, key });
    return upload && { bucket, upload };
  });
  if (!found) throw new LoamError('upload-not-found', { uploadId });
  return found;
}

/**
 * Ends an upload and lets go of its parts.
 *
 * @param initiatedAt when the caller says that it was begun, to the second
 * @throws LoamError `upload-not-found`, `precondition-failed`
 */
export async function abortUpload(system: ObjectSystem, place: UploadPlace, initiatedAt?: Date): Promise<void> {
  const { bucket, upload } = await findUpload(system, place);
  if (initiatedAt && !isSameSecond(initiatedAt, upload.initiatedAt)) {
    throw new LoamError('precondition-failed', { condition: 'x-amz-if-match-initiated-time' });
  }
  await system.database.transaction(async (transaction) => {
    const ended = await deleteUpload(transaction, bucket, upload);
    if (!ended) throw new LoamError('upload-not-found', { uploadId: place.uploadId });
    await deleteParts(transaction, bucket, upload.uploadId);
  });
}

export interface PartsPage {
  readonly bucketOwner: string;
  readonly upload: Upload;
  readonly limit: number;
  readonly parts: readonly Part[];
  readonly isTruncated: boolean;
}

export async function listParts(
  system: ObjectSystem,
  place: UploadPlace,
  query: { after: number; limit: number | undefined },
): Promise<PartsPage> {
  const limit = pageLimit('max-parts', query.limit);
  const { bucket, upload } = await findUpload(system, place);
  const found = await selectParts(system.database, bucket, upload.uploadId, { after: query.after, limit: limit + 1 });
  const parts = found.slice(0, limit);
  return { bucketOwner: bucket.account, upload, limit, parts, isTruncated: limit > 0 && found.length > limit };
}

export interface UploadsQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly uploadIdMarker: string | undefined;
  readonly limit: number | undefined;
}

export interface UploadsListing {
  readonly bucketOwner: string;
  readonly limit: number;
  readonly uploads: readonly ListedUpload[];
  readonly commonPrefixes: readonly string[];
  /** The last entry, when there are more. */
  readonly next: { readonly key: string; readonly uploadId: string | undefined } | undefined;
}

/** The uploads under way in a bucket, by key and then by id. */
export async function listUploads(
  { database, buckets }: ObjectSystem,
  place: Omit<Place, 'key'>,
  query: UploadsQuery,
): Promise<UploadsListing> {
  const { prefix, delimiter, keyMarker, uploadIdMarker = '' } = query;
  const limit = pageLimit('max-uploads', query.limit);
  for (const [parameter, text] of Object.entries({ prefix, delimiter, keyMarker, uploadIdMarker }))
    refuseNul(parameter, text);
  const bucket = await buckets.confirm(place.bucket, place.expectedOwner);
  // Without a key marker S3 ignores the marker of the upload.
  const afterUploadId = keyMarker === '' || uploadIdMarker === '' ? null : uploadIdMarker;
  const page = { prefix, delimiter, afterKey: keyMarker, afterUploadId, limit: limit + 1 };
  const found = limit === 0 ? [] : await selectUploads(database, bucket, page);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    bucketOwner: bucket.account,
    limit,
    uploads: shown.filter(({ commonPrefix }) => commonPrefix === null),
    commonPrefixes: shown.flatMap(({ commonPrefix }) => commonPrefix ?? []),
    next: last && (last.commonPrefix === null ? last : { key: last.commonPrefix, uploadId: undefined }),
  };
}
