import type { Clock } from '../../core/clock.ts';
import { LoamError } from '../../core/errors.ts';
import type { Database } from '../../storage/database/contract.ts';
import { isBucketName } from './names.ts';
import type { Bucket } from './object.ts';
import { findBucket } from './tables/buckets.ts';

/**
 * Finds buckets by name with their settings, mostly from memory: one query for an object is then all that a request costs.
 * What this process changes it forgets at once, and tells the others; one that is not told sees it within `REMEMBERED_MS`. Another replica
 * may have deleted or moved a bucket, so whoever finds nothing in a remembered bucket asks again with `confirm`.
 */
export interface BucketDirectory {
  /**
   * Whosesoever it is: who may use it was decided before, by what `access/guard.ts` says of it.
   *
   * @throws LoamError `bucket-not-found`; `access-denied` when it is not the expected owner's
   */
  open(name: string, expectedOwner?: string): Promise<Bucket>;
  /** As `open`, but asks the database and remembers what it says. */
  confirm(name: string, expectedOwner?: string): Promise<Bucket>;
  /** The next who opens it asks the database: for whoever changes a bucket, or hears that another replica did. */
  forget(name: string): void;
}

/** For how long a process may not see what another one changed of a bucket. */
export const REMEMBERED_MS = 2_000;
const MOST_REMEMBERED = 1_000;
const CHANNEL = 'bucket';

interface Remembered {
  readonly bucket: Bucket;
  readonly until: number;
}

export function createBucketDirectory(database: Database, clock: Clock): BucketDirectory {
  const remembered = new Map<string, Remembered>();
  // An answer that was under way while something was forgotten may be older than what was forgotten for.
  let forgotten = 0;

  const forgetHere = (name: string): void => {
    forgotten += 1;
    remembered.delete(name);
  };
  // With the first bucket: a directory that is never asked has nothing to listen to.
  let isListening = false;
  const remember = (bucket: Bucket): void => {
    if (!isListening) {
      isListening = true;
      const missed = (): void => {
        forgotten += 1;
        remembered.clear();
      };
      database.listen(CHANNEL, { heard: forgetHere, missed });
    }
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(bucket.name, { bucket, until: clock.now() + REMEMBERED_MS });
  };

  const load = async (name: string): Promise<Bucket> => {
    const before = forgotten;
    const bucket = isBucketName(name) ? await findBucket(database, name) : undefined;
    if (!bucket) {
      remembered.delete(name);
      throw new LoamError('bucket-not-found', { bucket: name });
    }
    if (before === forgotten) remember(bucket);
    return bucket;
  };

  const recall = (name: string): Bucket | undefined => {
    const known = remembered.get(name);
    return known && clock.now() < known.until ? known.bucket : undefined;
  };

  const confirm = async (name: string, expectedOwner?: string): Promise<Bucket> => {
    const bucket = await load(name);
    if (!isOwnedBy(bucket, expectedOwner)) throw denied(name);
    return bucket;
  };

  return {
    confirm,
    async open(name, expectedOwner) {
      const bucket = recall(name);
      if (bucket && isOwnedBy(bucket, expectedOwner)) return bucket;
      return confirm(name, expectedOwner);
    },
    forget(name) {
      forgetHere(name);
      // Others that are not told see it when they ask again, `REMEMBERED_MS` later.
      database.notify(CHANNEL, name).catch(() => undefined);
    },
  };
}

/**
 * Does something in a bucket. When it finds nothing there (undefined), the bucket is looked up anew, and if it is gone the
 * caller learns that instead.
 */
export async function inBucket<Result>(
  directory: BucketDirectory,
  place: { readonly bucket: string; readonly expectedOwner: string | undefined },
  work: (bucket: Bucket) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const bucket = await directory.open(place.bucket, place.expectedOwner);
  const result = await work(bucket);
  if (result !== undefined) return result;
  const now = await directory.confirm(place.bucket, place.expectedOwner);
  return now.region === bucket.region && now.account === bucket.account ? undefined : work(now);
}

function isOwnedBy(bucket: Bucket, expectedOwner: string | undefined): boolean {
  return expectedOwner === undefined || expectedOwner === bucket.account;
}

function denied(name: string): LoamError {
  return new LoamError('access-denied', { action: 'this operation', resource: `the bucket ${name}` });
}
