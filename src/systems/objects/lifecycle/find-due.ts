import type { Bucket, ObjectSystem } from '../object.ts';
import {
  type DueVersion,
  selectDueNoncurrent,
  selectDueObjects,
  selectDueUploads,
  selectExpiredMarkers,
  selectKeysWithNoncurrent,
} from '../tables/lifecycle.ts';
import { cutoffOf, type LifecycleFilter, type LifecycleRule } from './rules.ts';

/** Something that a rule does away with now. */
export type DueItem =
  | (DueVersion & { readonly action: 'expire' | 'delete-noncurrent' | 'delete-marker'; readonly rule: string })
  | { readonly action: 'abort-upload'; readonly rule: string; readonly key: string; readonly uploadId: string };

const PAGE = 500;

/**
 * Everything that the rules of a bucket do away with at this time, rule by rule. It only looks: `loam s3 lifecycle --plan` and
 * the deletion itself see the same.
 *
 * @param now milliseconds since 1970
 */
export async function* findDue(system: ObjectSystem, bucket: Bucket, now: number): AsyncGenerator<DueItem> {
  for (const rule of bucket.settings.lifecycle?.rules ?? []) {
    if (!rule.enabled) continue;
    yield* dueByExpiration(system, bucket, rule, now);
    yield* dueNoncurrent(system, bucket, rule, now);
    yield* dueUploads(system, bucket, rule, now);
  }
}

async function* dueByExpiration(
  { database }: ObjectSystem,
  bucket: Bucket,
  { id: rule, filter, expiration }: LifecycleRule,
  now: number,
): AsyncGenerator<DueItem> {
  if (!expiration) return;
  if ('expiredMarkers' in expiration) {
    if (!expiration.expiredMarkers) return;
    const markers = pages(filter, (page) => selectExpiredMarkers(database, bucket, page, new Date(now)));
    for await (const marker of markers) yield { ...marker, action: 'delete-marker', rule };
    return;
  }
  if ('date' in expiration && Date.parse(expiration.date) > now) return;
  const cutoff = 'date' in expiration ? new Date(now) : cutoffOf(now, expiration.days);
  const objects = pages(filter, (page) => selectDueObjects(database, bucket, page, cutoff));
  for await (const object of objects) yield { ...object, action: 'expire', rule };
  if ('date' in expiration || filter.tags.length > 0) return;
  const markers = pages(filter, (page) => selectExpiredMarkers(database, bucket, page, cutoff));
  for await (const marker of markers) yield { ...marker, action: 'delete-marker', rule };
}

async function* dueNoncurrent(
  { database }: ObjectSystem,
  bucket: Bucket,
  { id: rule, filter, noncurrent }: LifecycleRule,
  now: number,
): AsyncGenerator<DueItem> {
  if (!noncurrent) return;
  const { keep = 0 } = noncurrent;
  const cutoff = cutoffOf(now, noncurrent.days);
  for (let after = ''; ; ) {
    const keys = await selectKeysWithNoncurrent(database, bucket, { filter, after, limit: PAGE });
    const last = keys.at(-1);
    if (last === undefined) return;
    const versions = await selectDueNoncurrent(database, bucket, { filter, keys, keep, cutoff });
    for (const version of versions) yield { ...version, action: 'delete-noncurrent', rule };
    after = last;
  }
}

async function* dueUploads(
  { database }: ObjectSystem,
  bucket: Bucket,
  { id: rule, filter, abortUploadsAfterDays: days }: LifecycleRule,
  now: number,
): AsyncGenerator<DueItem> {
  if (days === undefined) return;
  const cutoff = cutoffOf(now, days);
  for (let after = ''; ; ) {
    const uploads = await selectDueUploads(database, bucket, { filter, after, limit: PAGE }, cutoff);
    for (const { key, uploadId } of uploads) yield { action: 'abort-upload', rule, key, uploadId };
    const last = uploads.at(-1);
    if (last === undefined || uploads.length < PAGE) return;
    after = last.uploadId;
  }
}

async function* pages<Item extends { readonly key: string }>(
  filter: LifecycleFilter,
  select: (page: { filter: LifecycleFilter; after: string; limit: number }) => Promise<Item[]>,
): AsyncGenerator<Item> {
  for (let after = ''; ; ) {
    const items = await select({ filter, after, limit: PAGE });
    yield* items;
    const last = items.at(-1);
    if (last === undefined || items.length < PAGE) return;
    after = last.key;
  }
}
