import { LoamError } from '../../../core/errors.ts';
import type { Tag } from '../properties.ts';

/** What a rule is about; an object must fit in every respect. */
export interface LifecycleFilter {
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** Bytes: greater than this, less than that. */
  readonly greaterThan?: number;
  readonly lessThan?: number;
}

/** A rule of a bucket's lifecycle: what is deleted when. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly filter: LifecycleFilter;
  /** Whether the prefix was given in the old form, outside of a filter: it is told as it was given. */
  readonly oldForm: boolean;
  /** ISO 8601 in `date`. */
  readonly expiration?: { readonly days: number } | { readonly date: string } | { readonly expiredMarkers: boolean };
  readonly noncurrent?: { readonly days: number; readonly keep?: number };
  readonly abortUploadsAfterDays?: number;
}

const DAY_MS = 86_400_000;
const MOST_RULES = 1_000;
const MOST_ID_CHARACTERS = 255;
const MOST_KEPT = 100;

/** @throws LoamError `batch-invalid`, `parameter-invalid`, `request-invalid` in S3's terms (PutBucketLifecycleConfiguration) */
export function checkLifecycle(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0 || rules.length > MOST_RULES) {
    throw new LoamError('batch-invalid', { problem: `A lifecycle configuration has 1 to ${MOST_RULES} rules.` });
  }
  const ids = new Set<string>();
  for (const rule of rules) {
    checkRule(rule);
    if (ids.has(rule.id)) throw wrong('ID', 'is that of another rule', 'ids that differ');
    ids.add(rule.id);
  }
}

function checkRule({ id, expiration, noncurrent, abortUploadsAfterDays, filter }: LifecycleRule): void {
  if (id.length > MOST_ID_CHARACTERS) throw wrong('ID', 'is too long', `at most ${MOST_ID_CHARACTERS} characters`);
  if (!expiration && !noncurrent && abortUploadsAfterDays === undefined) {
    throw refused('At least one action needs to be specified in a rule.');
  }
  if (expiration && 'days' in expiration) checkDays('Expiration', expiration.days);
  if (expiration && 'date' in expiration) checkMidnight(expiration.date);
  if (noncurrent) checkDays('NoncurrentVersionExpiration', noncurrent.days);
  if (noncurrent?.keep !== undefined && (noncurrent.keep < 1 || noncurrent.keep > MOST_KEPT)) {
    throw wrong('NewerNoncurrentVersions', 'is out of range', `1 to ${MOST_KEPT}`);
  }
  if (abortUploadsAfterDays !== undefined) checkDays('AbortIncompleteMultipartUpload', abortUploadsAfterDays);
  const byTagOrSize = filter.tags.length > 0 || filter.greaterThan !== undefined || filter.lessThan !== undefined;
  if (byTagOrSize && abortUploadsAfterDays !== undefined) {
    throw refused('AbortIncompleteMultipartUpload cannot be specified with tags or sizes: an upload has neither.');
  }
  if (byTagOrSize && expiration && 'expiredMarkers' in expiration) {
    throw refused('ExpiredObjectDeleteMarker cannot be specified with tags or sizes: a delete marker has neither.');
  }
}

function checkDays(action: string, days: number): void {
  if (!Number.isSafeInteger(days) || days < 1)
    throw wrong(`Days of ${action}`, 'is out of range', 'a positive integer');
}

/** @throws LoamError `parameter-invalid` */
export function checkMidnight(date: string): void {
  if (Date.parse(date) % DAY_MS !== 0) throw wrong('Date', 'is not at midnight', 'a day, such as 2030-01-01T00:00:00Z');
}

/** An object as rules see it. */
interface Judged {
  readonly key: string;
  readonly size: number;
  readonly tags: readonly Tag[] | null;
  readonly modifiedAt: Date;
}

export function fitsFilter({ prefix, tags, greaterThan, lessThan }: LifecycleFilter, object: Judged): boolean {
  return (
    object.key.startsWith(prefix) &&
    (greaterThan === undefined || object.size > greaterThan) &&
    (lessThan === undefined || object.size < lessThan) &&
    tags.every(({ key, value }) => object.tags?.some((tag) => tag.key === key && tag.value === value))
  );
}

/** When an object expires, and by which rule; undefined when no rule says so. The earliest wins. */
export function expiryOf(
  rules: readonly LifecycleRule[],
  object: Judged,
): { readonly at: Date; readonly rule: string } | undefined {
  let first: { at: Date; rule: string } | undefined;
  for (const { id, enabled, filter, expiration } of rules) {
    if (!enabled || !expiration || 'expiredMarkers' in expiration || !fitsFilter(filter, object)) continue;
    const at = 'date' in expiration ? new Date(expiration.date) : midnightAfter(object.modifiedAt, expiration.days);
    if (!first || at < first.at) first = { at, rule: id };
  }
  return first;
}

/** S3 counts whole days and acts at the midnight (UTC) that follows. */
function midnightAfter(from: Date, days: number): Date {
  return new Date(Math.ceil((from.getTime() + days * DAY_MS) / DAY_MS) * DAY_MS);
}

/** What was last changed at this time or before has been there for as many days by the latest midnight. */
export function cutoffOf(now: number, days: number): Date {
  return new Date(Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS);
}

function wrong(parameter: string, problem: string, allowed: string): LoamError {
  return new LoamError('parameter-invalid', { parameter, problem, allowed });
}

function refused(message: string): LoamError {
  return new LoamError('request-invalid', { message });
}
