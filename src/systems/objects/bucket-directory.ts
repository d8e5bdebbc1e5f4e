import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import { isBucketName } from './names.ts';
import type { Bucket } from './object.ts';
import { findBucket } from './tables/buckets.ts';

/**
 * Finds buckets by name, mostly from memory: one query for an object is then all that a request costs. Another replica may
 * have deleted or moved a bucket, so whoever finds nothing in a remembered bucket asks again with `confirm`.
 */
export interface BucketDirectory {
  /** @throws LoamError `bucket-not-found`; `access-denied` when it is another account's, or not the expected owner's. */
  open(caller: Scope, name: string, expectedOwner?: string): Promise<Bucket>;
  /** As `open`, but asks the database and remembers what it says. */
  confirm(caller: Scope, name: string, expectedOwner?: string): Promise<Bucket>;
  forget(name: string): void;
}

const MOST_REMEMBERED = 1_000;

export function createBucketDirectory(database: Database): BucketDirectory {
  const remembered = new Map<string, Bucket>();

  const confirm = async (caller: Scope, name: string, expectedOwner?: string): Promise<Bucket> => {
    const bucket = isBucketName(name) ? await findBucket(database, name) : undefined;
    if (!bucket) {
      remembered.delete(name);
      throw new LoamError('bucket-not-found', { bucket: name });
    }
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, bucket);
    if (!mayUse(bucket, caller, expectedOwner)) throw denied(name);
    return bucket;
  };

  return {
    confirm,
    async open(caller, name, expectedOwner) {
      const bucket = remembered.get(name);
      if (bucket && mayUse(bucket, caller, expectedOwner)) return bucket;
      return confirm(caller, name, expectedOwner);
    },
    forget(name) {
      remembered.delete(name);
    },
  };
}

/**
 * Does something in a bucket. When it finds nothing there (undefined), the bucket is looked up anew, and if it is gone the
 * caller learns that instead.
 */
export async function inBucket<Result>(
  directory: BucketDirectory,
  caller: Scope,
  place: { readonly bucket: string; readonly expectedOwner: string | undefined },
  work: (bucket: Bucket) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const bucket = await directory.open(caller, place.bucket, place.expectedOwner);
  const result = await work(bucket);
  if (result !== undefined) return result;
  const now = await directory.confirm(caller, place.bucket, place.expectedOwner);
  return now.region === bucket.region && now.account === bucket.account ? undefined : work(now);
}

function mayUse(bucket: Bucket, caller: Scope, expectedOwner: string | undefined): boolean {
  return bucket.account === caller.account && (expectedOwner === undefined || expectedOwner === bucket.account);
}

function denied(name: string): LoamError {
  return new LoamError('access-denied', { action: 'this operation', resource: `the bucket ${name}` });
}
