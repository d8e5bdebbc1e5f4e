import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { ByteRange } from '../../../storage/objects/contract.ts';
import type { Call } from '../../../wire/operation.ts';
import { hideMissing } from '../access/missing-key.ts';
import { checkReadConditions } from '../conditions.ts';
import { checksumOf } from '../copy.ts';
import { type FoundObject, findObject } from '../find.ts';
import type { ObjectSystem, StoredChecksum, StoredObject } from '../object.ts';
import type { Place } from '../put.ts';
import { contentRange, parseRange } from '../ranges.ts';
import { type Part, selectParts } from '../tables/parts.ts';
import { shownVersion } from '../versioning.ts';
import { partChecksum, printChecksum } from './checksums.ts';
import { type Overrides, printDescription } from './description.ts';
import { type CustomerKeyInput, printEncryption } from './encryption-headers.ts';
import { printExpiration } from './expiration.ts';
import { printProperties } from './object-properties.ts';

/** The members that GetObject and HeadObject share. */
interface ReadInput extends Overrides, CustomerKeyInput {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
  readonly ChecksumMode?: string | undefined;
}

/** Checks the conditions of a read; a client that has the object learns which one that is. */
export function checkConditions(object: StoredObject, input: ReadInput, call: Call): void {
  try {
    checkReadConditions(object, {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    });
  } catch (error) {
    call.setHeader('etag', `"${object.etag}"`);
    call.setHeader('last-modified', object.modifiedAt.toUTCString());
    throw error;
  }
}

/** A range, and the part whose bytes it is when it was asked for by number. */
type RequestedRange = ByteRange & { readonly part?: Part };

/**
 * Which bytes are asked for, by range or by part number; undefined for all of them.
 *
 * @throws LoamError `range-not-satisfiable`, `part-number-unknown`, `request-invalid`
 */
export async function requestedRange(
  system: ObjectSystem,
  found: FoundObject,
  { Range, PartNumber }: ReadInput,
): Promise<RequestedRange | undefined> {
  const { object } = found;
  if (PartNumber === undefined) return parseRange(Range, object.size);
  if (Range !== undefined) {
    throw new LoamError('request-invalid', {
      message: 'Cannot specify both Range header and partNumber query parameter.',
    });
  }
  if (object.uploadId) return rangeOfPart(system, found, object.uploadId, PartNumber);
  if (PartNumber !== 1) throw new LoamError('part-number-unknown', { partNumber: PartNumber, parts: 1 });
  return object.size === 0 ? undefined : { start: 0, end: object.size - 1 };
}

async function rangeOfPart(
  { database }: ObjectSystem,
  { bucket }: FoundObject,
  uploadId: string,
  partNumber: number,
): Promise<RequestedRange> {
  const parts = await selectParts(database, bucket, uploadId);
  let start = 0;
  for (const part of parts) {
    if (part.partNumber === partNumber) return { start, end: start + part.size - 1, part };
    start += part.size;
  }
  throw new LoamError('part-number-unknown', { partNumber, parts: parts.length });
}

/**
 * Who did not sign cannot choose the headers of an answer: an open object would else be whatever a link makes of it.
 *
 * @throws LoamError `request-invalid`
 */
export function refuseOverrides(input: Overrides, { principal }: Call): void {
  const isOverridden = Object.entries(input).some(
    ([name, value]) => name.startsWith('Response') && value !== undefined,
  );
  if (principal.type !== 'anonymous' || !isOverridden) return;
  throw new LoamError('request-invalid', {
    message: 'Request specific response headers cannot be used for anonymous GET requests.',
  });
}

/** Finds what a read asks for; where that is a delete marker, the answer's headers say so. */
export async function findToRead(system: ObjectSystem, call: Call, place: Place): Promise<FoundObject> {
  try {
    return await hideMissing(call, place, () => findObject(system, place));
  } catch (error) {
    if (isLoamError(error, 'key-not-found')) call.setHeader('x-amz-delete-marker', 'false');
    if (isLoamError(error, 'object-deleted') || isLoamError(error, 'version-is-delete-marker')) {
      call.setHeader('x-amz-delete-marker', 'true');
      call.setHeader('x-amz-version-id', error.details.versionId);
    }
    if (isLoamError(error, 'version-is-delete-marker')) {
      call.setHeader('allow', 'DELETE');
      call.setHeader('last-modified', error.details.modifiedAt.toUTCString());
    }
    throw error;
  }
}

/** Everything that an answer says of an object, or of a range of it, beside the bytes. */
export function printObject({ bucket, object }: FoundObject, range: RequestedRange | undefined, input: ReadInput) {
  const checksum = wantsChecksum(input.ChecksumMode) ? checksumIn(object, range) : undefined;
  return {
    ...printDescription(object, input),
    AcceptRanges: 'bytes',
    ...printProperties(object),
    ...(object.isLatest && printExpiration(bucket, object)),
    ...printEncryption(object.encryption, input),
    VersionId: shownVersion(bucket, object.versionId),
    LastModified: object.modifiedAt,
    ETag: `"${object.etag}"`,
    ContentLength: range ? range.end - range.start + 1 : object.size,
    ...(range && { ContentRange: contentRange(range, object.size) }),
    ...(input.PartNumber !== undefined && object.partCount !== null && { PartsCount: object.partCount }),
    ...printChecksum(checksum),
  };
}

/** Of the whole object, or of the part that is asked for; other ranges have none. */
function checksumIn(object: StoredObject, range: RequestedRange | undefined): StoredChecksum | undefined {
  const isWhole = range === undefined || (range.start === 0 && range.end === object.size - 1);
  const sent = range?.part && partChecksum(range.part);
  if (sent) return { ...sent, type: object.checksumType ?? 'FULL_OBJECT' };
  return isWhole ? checksumOf(object) : undefined;
}

/** S3 takes the mode in any case, and Arrow sends it in lower case. */
function wantsChecksum(mode: string | undefined): boolean {
  if (mode === undefined || mode.toUpperCase() === 'ENABLED') return mode !== undefined;
  throw new LoamError('parameter-invalid', {
    parameter: 'x-amz-checksum-mode',
    problem: 'has another value',
    allowed: 'ENABLED',
  });
}
