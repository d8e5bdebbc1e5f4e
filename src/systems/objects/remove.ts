import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { withoutQuotes } from './conditions.ts';
import { checkKey } from './names.ts';
import type { Bucket, ObjectSystem } from './object.ts';
import type { Place } from './put.ts';
import { deleteObjectRow, deleteObjectRows, selectObject } from './tables/objects.ts';

const MOST_KEYS_AT_ONCE = 1_000;

/**
 * Deletes an object. Deleting what is not there is no error, unless the caller named its entity tag.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `precondition-failed`, `key-not-found`
 */
export async function removeObject(
  { database, buckets }: ObjectSystem,
  caller: Scope,
  place: Place,
  ifMatch: string | undefined,
): Promise<void> {
  checkKey(place.key);
  const bucket = await buckets.open(caller, place.bucket, place.expectedOwner);
  const etag = ifMatch === undefined ? undefined : withoutQuotes(ifMatch);
  if (await deleteObjectRow(database, bucket, place.key, etag)) return;
  // Nothing was there: perhaps not even the bucket.
  const now = await buckets.confirm(caller, place.bucket, place.expectedOwner);
  if (etag !== undefined) await refuseUnmatched(database, now, place.key);
}

async function refuseUnmatched(database: ObjectSystem['database'], bucket: Bucket, key: string): Promise<never> {
  const present = await selectObject(database, bucket, key);
  throw present
    ? new LoamError('precondition-failed', { condition: 'If-Match' })
    : new LoamError('key-not-found', { key });
}

export interface KeyToRemove {
  readonly key: string;
  readonly etag: string | undefined;
}

export interface BatchRemoval {
  readonly removed: readonly string[];
  readonly refused: readonly { readonly key: string; readonly error: LoamError }[];
}

/**
 * Deletes up to 1,000 objects; each key is answered for.
 *
 * @throws LoamError `batch-invalid`, `bucket-not-found`, `access-denied`
 */
export async function removeObjects(
  { database, buckets }: ObjectSystem,
  caller: Scope,
  place: Omit<Place, 'key'>,
  keys: readonly KeyToRemove[],
): Promise<BatchRemoval> {
  if (keys.length === 0 || keys.length > MOST_KEYS_AT_ONCE) {
    const problem = `A batch deletes 1 to ${MOST_KEYS_AT_ONCE} objects, not ${keys.length}.`;
    throw new LoamError('batch-invalid', { problem });
  }
  // A batch may find nothing to delete, so the bucket is not taken from memory.
  const bucket = await buckets.confirm(caller, place.bucket, place.expectedOwner);
  const refused = new Map<string, LoamError>();
  for (const { key } of keys) attempt(refused, key, () => checkKey(key));
  const allowed = keys.filter(({ key }) => !refused.has(key));
  const plain = allowed.filter(({ etag }) => etag === undefined).map(({ key }) => key);
  if (plain.length > 0) await deleteObjectRows(database, bucket, plain);
  for (const { key, etag } of allowed) {
    if (etag === undefined || (await deleteObjectRow(database, bucket, key, withoutQuotes(etag)))) continue;
    if (await selectObject(database, bucket, key)) {
      refused.set(key, new LoamError('precondition-failed', { condition: 'ETag' }));
    }
  }
  return {
    removed: keys.map(({ key }) => key).filter((key) => !refused.has(key)),
    refused: [...refused].map(([key, error]) => ({ key, error })),
  };
}

function attempt(refused: Map<string, LoamError>, key: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof LoamError)) throw error;
    refused.set(key, error);
  }
}
