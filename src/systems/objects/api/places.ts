import { LoamError } from '../../../core/errors.ts';
import type { CopySource } from '../copy.ts';
import { readCopySource } from '../copy-source.ts';
import type { Place } from '../put.ts';
import type { UploadPlace } from '../uploads.ts';

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export function placeOf(input: ObjectInput): Place {
  return {
    bucket: input.Bucket,
    key: input.Key,
    versionId: input.VersionId,
    expectedOwner: input.ExpectedBucketOwner,
  };
}

export function bucketOf(input: Pick<ObjectInput, 'Bucket' | 'ExpectedBucketOwner'>): Omit<Place, 'key'> {
  return { bucket: input.Bucket, expectedOwner: input.ExpectedBucketOwner };
}

export function uploadPlaceOf(input: ObjectInput & { readonly UploadId: string }): UploadPlace {
  return { ...placeOf(input), uploadId: input.UploadId };
}

interface CopyInput {
  readonly CopySource: string;
  readonly ExpectedSourceBucketOwner?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
}

/**
 * Reads the header of a copy's source: `bucket/key`, percent-encoded, with an optional slash before it and an optional
 * `?versionId=…` after it.
 *
 * @throws LoamError `parameter-invalid`; `not-implemented` for an access point
 */
export function copySourceOf(input: CopyInput): CopySource {
  if (/^\/?arn(:|%3A)/i.test(input.CopySource)) {
    throw new LoamError('not-implemented', { feature: 'A copy source by access point' });
  }
  const source = readCopySource(input.CopySource);
  if (!source) throw sourceError(input.CopySource);
  const { bucket, key, versionId } = source;
  return {
    place: { bucket, key, versionId, expectedOwner: input.ExpectedSourceBucketOwner },
    conditions: {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
  };
}

function sourceError(source: string): LoamError {
  return new LoamError('parameter-invalid', {
    parameter: 'x-amz-copy-source',
    problem: `is ${JSON.stringify(source)}`,
    allowed: 'bucket/key, percent-encoded',
  });
}
