import { LoamError } from '../../core/errors.ts';

/** What conditions are checked against. */
export interface Validators {
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

/** What must hold of the key's present object for a write to happen. */
export type WriteCondition =
  | { readonly absent: true }
  /** `*` is any object. */
  | { readonly etag: string }
  /** There is none, or one of another entity tag. */
  | { readonly otherThan: string };

/**
 * Checks the conditions of a read (RFC 9110, section 13.2.2; the entity tags win over the dates).
 *
 * @throws LoamError `precondition-failed` or `not-modified`
 */
export function checkReadConditions(object: Validators, conditions: ReadConditions): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw new LoamError('precondition-failed', { condition: 'If-Match' });
  } else if (ifUnmodifiedSince && isModifiedSince(object, ifUnmodifiedSince)) {
    throw new LoamError('precondition-failed', { condition: 'If-Unmodified-Since' });
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, object.etag)) throw new LoamError('not-modified', { condition: 'If-None-Match' });
  } else if (ifModifiedSince && !isModifiedSince(object, ifModifiedSince)) {
    throw new LoamError('not-modified', { condition: 'If-Modified-Since' });
  }
}

/**
 * Reads the conditions of a write.
 *
 * @throws LoamError `not-implemented` for both at once, which S3 does not take either
 */
export function writeCondition({ ifMatch, ifNoneMatch }: ReadConditions): WriteCondition | undefined {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new LoamError('not-implemented', { feature: 'A write with both If-Match and If-None-Match' });
  }
  if (ifMatch !== undefined) return { etag: withoutQuotes(ifMatch) };
  if (ifNoneMatch === undefined) return undefined;
  return ifNoneMatch.trim() === '*' ? { absent: true } : { otherThan: withoutQuotes(ifNoneMatch) };
}

/** What a caller says an object is like that it deletes. */
export interface RemoveConditions {
  /** `*` is any object. */
  readonly etag: string | undefined;
  readonly size: number | undefined;
  readonly modifiedAt: Date | undefined;
}

/** @throws LoamError `key-not-found`, `precondition-failed` */
export function checkRemoveConditions(
  present: (Validators & { readonly size: number }) | undefined,
  key: string,
  { etag, size, modifiedAt }: RemoveConditions,
): void {
  if (!present) throw new LoamError('key-not-found', { key });
  if (etag !== undefined && !matches(etag, present.etag)) throw failed('If-Match');
  if (size !== undefined && size !== present.size) throw failed('x-amz-if-match-size');
  if (modifiedAt && !isSameSecond(modifiedAt, present.modifiedAt)) {
    throw failed('x-amz-if-match-last-modified-time');
  }
}

function failed(condition: string): LoamError {
  return new LoamError('precondition-failed', { condition });
}

export function withoutQuotes(etag: string): string {
  return etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');
}

function matches(header: string, etag: string): boolean {
  return header.trim() === '*' || header.split(',').some((item) => withoutQuotes(item) === etag);
}

// HTTP dates have no fractions of a second.
function isModifiedSince({ modifiedAt }: Validators, date: Date): boolean {
  return secondsOf(modifiedAt) > secondsOf(date);
}

/** Whether two times are the same to an HTTP date. */
export function isSameSecond(one: Date, other: Date): boolean {
  return secondsOf(one) === secondsOf(other);
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
