import { LoamError } from '../../core/errors.ts';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import { isRegionName } from '../../core/scope.ts';
import { isSameAcl, privateAcl } from './access/acl.ts';
import { accessOf } from './access/bucket-access.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { checkBucketName, refuseNul } from './names.ts';
import type { ListedBucket, ObjectSystem } from './object.ts';
import { deleteBucket, insertBucket, selectBuckets } from './tables/buckets.ts';

// The region whose endpoint is S3's global one: it may create buckets elsewhere, and lets an owner create one again.
const GLOBAL_REGION = 'us-east-1';
const MOST_BUCKETS_AT_ONCE = 10_000;

export interface NewBucket {
  readonly name: string;
  readonly location: string | undefined;
  /** What it is set to from the start. */
  readonly settings: BucketSettings;
}

/**
 * Creates a bucket in the caller's region; from us-east-1 in any region that the location names.
 *
 * @throws LoamError `bucket-name-invalid`, `location-unknown`, `location-conflict`, `bucket-exists`, `bucket-owned`
 */
export async function createBucket(
  { database, buckets, clock }: ObjectSystem,
  caller: Scope,
  { name, location, settings }: NewBucket,
): Promise<Scope> {
  checkBucketName(name);
  const home = { account: caller.account, region: regionOf(caller, location) };
  if (await insertBucket(database, { ...home, name, createdAt: new Date(clock.now()) }, settings)) return home;
  const bucket = await buckets.confirm(name);
  if (bucket.account !== caller.account) throw new LoamError('bucket-exists', { bucket: name });
  if (!isSameAcl(accessOf(bucket).acl, settings.acl ?? privateAcl(caller.account))) {
    // A repeated creation changes nothing: who means another list must hear of it.
    throw new LoamError('bucket-exists', { bucket: name });
  }
  const isRepeated = bucket.region === home.region && home.region === GLOBAL_REGION;
  if (!isRepeated) throw new LoamError('bucket-owned', { bucket: name });
  return home;
}

function regionOf({ region }: Scope, location: string | undefined): string {
  const named = location === 'EU' ? 'eu-west-1' : location;
  if (named !== undefined && (named === GLOBAL_REGION || !isRegionName(named))) {
    throw new LoamError('location-unknown', { location: named });
  }
  if (region === GLOBAL_REGION) return named ?? region;
  if (named !== region) throw new LoamError('location-conflict', { location: named ?? 'unspecified', region });
  return region;
}

/** @throws LoamError `bucket-not-found`, `access-denied`, `bucket-not-empty` */
export async function removeBucket(
  { database, buckets }: ObjectSystem,
  name: string,
  expectedOwner: string | undefined,
): Promise<void> {
  const bucket = await buckets.confirm(name, expectedOwner);
  const outcome = await deleteBucket(database, bucket);
  buckets.forget(name);
  if (outcome === 'not-empty') throw new LoamError('bucket-not-empty', { bucket: name });
  if (outcome === 'missing') throw new LoamError('bucket-not-found', { bucket: name });
}

export interface BucketsQuery {
  readonly prefix: string | undefined;
  /** Only buckets of this region. */
  readonly region: string | undefined;
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

/** The account's buckets in all regions, by name. */
export async function listBuckets(
  { database, pageTokens }: ObjectSystem,
  caller: Scope,
  query: BucketsQuery,
): Promise<Page<ListedBucket>> {
  const { prefix = '', region, token } = query;
  refuseNul('prefix', prefix);
  refuseNul('bucket-region', region ?? '');
  const limit = query.limit ?? MOST_BUCKETS_AT_ONCE;
  if (limit < 1 || limit > MOST_BUCKETS_AT_ONCE) {
    throw new LoamError('parameter-invalid', {
      parameter: 'max-buckets',
      problem: `is ${limit}`,
      allowed: `1 to ${MOST_BUCKETS_AT_ONCE}`,
    });
  }
  const context = ['ListBuckets', caller.account, prefix, region ?? ''].join('\n');
  const after = token === undefined ? '' : pageTokens.open(context, token);
  const found = await selectBuckets(database, caller, { region, prefix, after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last ? { items, nextToken: pageTokens.seal(context, last.name) } : { items };
}
