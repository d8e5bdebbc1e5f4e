import { LoamError } from '../../core/errors.ts';
import { type FoundObject, findObject } from './find.ts';
import { type ChangeCause, isObserved, recordChanges } from './notifications/record-changes.ts';
import type { ObjectSystem } from './object.ts';
import type { Tag } from './properties.ts';
import type { Place } from './put.ts';
import { updateTags } from './tables/object-properties.ts';
import { checkTags, MOST_OBJECT_TAGS, sortTags } from './tags.ts';
import { shownVersion } from './versioning.ts';

/** The tags of an object, or of a version of it. */
export interface TaggedVersion {
  readonly tags: readonly Tag[];
  /** None where the bucket never kept versions. */
  readonly versionId: string | undefined;
}

/** @throws LoamError `bucket-not-found`, `key-not-found`, `version-not-found` */
export async function readTags(system: ObjectSystem, place: Place): Promise<TaggedVersion> {
  const { bucket, object } = await findObject(system, place);
  return { tags: object.tags ?? [], versionId: shownVersion(bucket, object.versionId) };
}

/**
 * Puts tags in place of all that an object has; its bytes and its time stay as they are.
 *
 * @throws LoamError `tag-invalid`, `bucket-not-found`, `key-not-found`, `version-not-found`
 */
export async function replaceTags(
  system: ObjectSystem,
  place: Place,
  given: readonly Tag[],
  cause?: ChangeCause,
): Promise<TaggedVersion> {
  checkTags(given, MOST_OBJECT_TAGS);
  const tags = sortTags(given);
  const { bucket, object } = await findObject(system, place);
  const write = writeTags(system, { bucket, object }, tags, cause);
  const written = await write.finally(() => system.cache.forget(bucket, [object.key]));
  if (!written) throw new LoamError('key-not-found', { key: object.key });
  return { tags, versionId: shownVersion(bucket, object.versionId) };
}

function writeTags(
  system: ObjectSystem,
  { bucket, object }: FoundObject,
  tags: readonly Tag[],
  cause: ChangeCause | undefined,
): Promise<boolean> {
  const kept = tags.length > 0 ? tags : null;
  if (!isObserved(bucket)) return updateTags(system.database, bucket, object, kept);
  return system.database.transaction(async (transaction) => {
    const written = await updateTags(transaction, bucket, object, kept);
    const name = kept ? 'ObjectTagging:Put' : 'ObjectTagging:Delete';
    const change = { name, key: object.key, versionId: shownVersion(bucket, object.versionId), cause } as const;
    if (written) await recordChanges(system, transaction, bucket, [change]);
    return written;
  });
}
