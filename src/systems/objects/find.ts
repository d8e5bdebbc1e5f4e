import { LoamError } from '../../core/errors.ts';
import { inBucket } from './bucket-directory.ts';
import type { Bucket, ObjectSystem, StoredObject } from './object.ts';
import type { Place } from './put.ts';
import { selectObject } from './tables/objects.ts';
import { checkVersionId } from './versioning.ts';

export interface FoundObject {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/**
 * Finds an object, or a version of it: one query when its bucket is remembered, none when the object is.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `key-not-found`, `version-not-found`; `object-deleted` and
 * `version-is-delete-marker` of delete markers
 */
export async function findObject({ buckets, database, cache }: ObjectSystem, place: Place): Promise<FoundObject> {
  const { key, versionId } = place;
  if (versionId !== undefined) checkVersionId(versionId);
  // No row can hold it, and the database would refuse the text.
  if (key.includes('\0')) throw new LoamError('key-not-found', { key });
  const found = await inBucket(buckets, place, async (bucket) => {
    const select = () => selectObject(database, bucket, key, versionId);
    const object = await (versionId === undefined ? cache.read(bucket, key, select) : select());
    return object && { bucket, object };
  });
  if (!found) throw notFound(place);
  if (!found.object.deleteMarker) return found;
  const marker = { key, versionId: found.object.versionId, modifiedAt: found.object.modifiedAt };
  throw versionId === undefined
    ? new LoamError('object-deleted', marker)
    : new LoamError('version-is-delete-marker', marker);
}

function notFound({ key, versionId }: Place): LoamError {
  return versionId === undefined
    ? new LoamError('key-not-found', { key })
    : new LoamError('version-not-found', { key, versionId });
}
