import { LoamError } from '../../core/errors.ts';
import { refuseNul } from './names.ts';
import type { Bucket, ObjectSystem } from './object.ts';
import type { Place } from './put.ts';
import { endOfPrefix, type ListedEntry, selectEntries } from './tables/listing.ts';

const MOST_KEYS = 1_000;

export interface ListQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Entries come after this, in the order of UTF-8 bytes. */
  readonly after: string;
  readonly limit: number | undefined;
}

export interface Listing {
  readonly bucket: Bucket;
  readonly limit: number;
  readonly objects: readonly ListedEntry[];
  readonly commonPrefixes: readonly string[];
  /** The last entry, when there are more: a key or a common prefix. */
  readonly next: { readonly name: string; readonly isPrefix: boolean } | undefined;
}

/**
 * One page of a bucket's keys in the order of their UTF-8 bytes. With a delimiter, keys that go on beyond it are listed as
 * one common prefix.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `parameter-invalid`
 */
export async function listObjects(
  { database, buckets }: ObjectSystem,
  place: Omit<Place, 'key'>,
  query: ListQuery,
): Promise<Listing> {
  const limit = pageLimit('max-keys', query.limit);
  for (const [parameter, text] of Object.entries({ ...query, limit: '' })) refuseNul(parameter, text);
  const bucket = await buckets.open(place.bucket, place.expectedOwner);
  const entries = limit === 0 ? [] : await selectEntries(database, bucket, { ...query, limit: limit + 1 });
  // An empty page may be that of a bucket which is gone.
  if (entries.length === 0) await buckets.confirm(place.bucket, place.expectedOwner);
  const shown = entries.slice(0, limit);
  const last = entries.length > limit ? shown.at(-1) : undefined;
  return {
    bucket,
    limit,
    objects: shown.filter(({ commonPrefix }) => commonPrefix === null),
    commonPrefixes: shown.flatMap(({ commonPrefix }) => commonPrefix ?? []),
    next: last && { name: last.commonPrefix ?? last.key, isPrefix: last.commonPrefix !== null },
  };
}

/** Where a listing goes on after an entry of its own: after a common prefix, none of its keys come again. */
export function positionAfter({ name, isPrefix }: { name: string; isPrefix: boolean }): string {
  return isPrefix ? endOfPrefix(name) : name;
}

/** Where a listing goes on after any text: when that lies within a common prefix, the prefix is passed over too. */
export function positionAfterMarker(
  marker: string,
  { prefix, delimiter }: Pick<ListQuery, 'prefix' | 'delimiter'>,
): string {
  if (delimiter === '' || !marker.startsWith(prefix)) return marker;
  const at = marker.indexOf(delimiter, prefix.length);
  return at < 0 ? marker : endOfPrefix(marker.slice(0, at + delimiter.length));
}

/** @returns the page size that is asked for, at most 1,000 */
export function pageLimit(parameter: string, asked: number | undefined): number {
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0)) {
    throw new LoamError('parameter-invalid', { parameter, problem: `is ${asked}`, allowed: 'an integer from 0' });
  }
  return Math.min(asked ?? MOST_KEYS, MOST_KEYS);
}
