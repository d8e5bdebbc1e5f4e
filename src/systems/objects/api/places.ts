import { LoamError } from '../../../core/errors.ts';
import type { CopySource } from '../copy.ts';
import type { Place } from '../put.ts';
import type { UploadPlace } from '../uploads.ts';

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

export function placeOf(input: ObjectInput): Place {
  return { bucket: input.Bucket, key: input.Key, expectedOwner: input.ExpectedBucketOwner };
}

export function bucketOf(input: Omit<ObjectInput, 'Key'>): Omit<Place, 'key'> {
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
 * Reads the header of a copy's source: `bucket/key`, percent-encoded, with an optional slash before it.
 *
 * @throws LoamError `parameter-invalid`; `not-implemented` for a version or an access point
 */
export function copySourceOf(input: CopyInput): CopySource {
  const [path = '', query] = splitOnce(input.CopySource, '?');
  const version = query?.replace(/^versionId=/, '');
  if (version !== undefined && version !== 'null') {
    throw new LoamError('not-implemented', { feature: `Versioning, and so the version ${JSON.stringify(version)}` });
  }
  const text = decode(path).replace(/^\//, '');
  if (text.startsWith('arn:')) throw new LoamError('not-implemented', { feature: 'A copy source by access point' });
  const [bucket, key] = splitOnce(text, '/');
  if (!bucket || !key) throw sourceError(input.CopySource);
  return {
    place: { bucket, key, expectedOwner: input.ExpectedSourceBucketOwner },
    conditions: {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
  };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw sourceError(text);
    throw error;
  }
}

function sourceError(source: string): LoamError {
  return new LoamError('parameter-invalid', {
    parameter: 'x-amz-copy-source',
    problem: `is ${JSON.stringify(source)}`,
    allowed: 'bucket/key, percent-encoded',
  });
}
