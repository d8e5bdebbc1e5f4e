import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { inBucket } from './bucket-directory.ts';
import type { Bucket, ObjectSystem, StoredObject } from './object.ts';
import type { Place } from './put.ts';
import { selectObject } from './tables/objects.ts';

export interface FoundObject {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/**
 * Finds an object: one query when its bucket is remembered.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `key-not-found`
 */
export async function findObject(
  { buckets, database }: ObjectSystem,
  caller: Scope,
  place: Place,
): Promise<FoundObject> {
  const { key } = place;
  // No row can hold it, and the database would refuse the text.
  if (key.includes('\0')) throw new LoamError('key-not-found', { key });
  const found = await inBucket(buckets, caller, place, async (bucket) => {
    const object = await selectObject(database, bucket, key);
    return object && { bucket, object };
  });
  if (!found) throw new LoamError('key-not-found', { key });
  return found;
}
