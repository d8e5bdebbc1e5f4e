import { LoamError } from '../../../core/errors.ts';
import type { ObjectProperties } from '../properties.ts';
import { parseTagging } from '../tags.ts';
import { readLock } from './object-lock.ts';

/** The members of a put, a copy and a new upload that say what S3 keeps of an object beside its description. */
interface PropertiesInput {
  readonly Tagging?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];
const MOST_REDIRECT_BYTES = 2_048;

/**
 * Reads what an uploader asks to be kept with an object. Bytes stay where they are, whatever the storage class.
 *
 * @throws LoamError `parameter-invalid`, `storage-class-invalid`, `request-invalid`
 */
export function readProperties(input: PropertiesInput, now: number): Partial<ObjectProperties> {
  const { StorageClass: storageClass, WebsiteRedirectLocation: websiteRedirect } = input;
  if (storageClass !== undefined && !STORAGE_CLASSES.includes(storageClass)) {
    throw new LoamError('storage-class-invalid', { storageClass, allowed: STORAGE_CLASSES.join(', ') });
  }
  if (websiteRedirect !== undefined) checkRedirect(websiteRedirect);
  return {
    ...(storageClass !== undefined && { storageClass }),
    ...(websiteRedirect !== undefined && { websiteRedirect }),
    ...(input.Tagging !== undefined && { tags: parseTagging(input.Tagging) }),
    ...readLock(input, now),
  };
}

function checkRedirect(location: string): void {
  if (/^(\/|https?:\/\/)/.test(location) && Buffer.byteLength(location) <= MOST_REDIRECT_BYTES) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'x-amz-website-redirect-location',
    problem: 'is no location',
    allowed: 'a text of at most 2,048 bytes that begins with /, http:// or https://',
  });
}

/** The properties that an answer to a read carries. */
export function printProperties(object: ObjectProperties) {
  const { storageClass, websiteRedirect, lockMode, retainUntil, legalHold, tags } = object;
  return {
    ...(tags !== null && tags.length > 0 && { TagCount: tags.length }),
    // S3 leaves the standard class unsaid.
    ...(storageClass !== 'STANDARD' && { StorageClass: storageClass as 'GLACIER' }),
    ...(websiteRedirect !== null && { WebsiteRedirectLocation: websiteRedirect }),
    ...(lockMode !== null && { ObjectLockMode: lockMode }),
    ...(retainUntil !== null && { ObjectLockRetainUntilDate: retainUntil }),
    ...(legalHold && { ObjectLockLegalHoldStatus: 'ON' as const }),
  };
}
