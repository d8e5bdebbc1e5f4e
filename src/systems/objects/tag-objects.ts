import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { findObject } from './find.ts';
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
export async function readTags(system: ObjectSystem, caller: Scope, place: Place): Promise<TaggedVersion> {
  const { bucket, object } = await findObject(system, caller, place);
  return { tags: object.tags ?? [], versionId: shownVersion(bucket, object.versionId) };
}

/**
 * Puts tags in place of all that an object has; its bytes and its time stay as they are.
 *
 * @throws LoamError `tag-invalid`, `bucket-not-found`, `key-not-found`, `version-not-found`
 */
export async function replaceTags(
  system: ObjectSystem,
  caller: Scope,
  place: Place,
  given: readonly Tag[],
): Promise<TaggedVersion> {
  checkTags(given, MOST_OBJECT_TAGS);
  const tags = sortTags(given);
  const { bucket, object } = await findObject(system, caller, place);
  const written = await updateTags(system.database, bucket, object, tags.length > 0 ? tags : null);
  if (!written) throw new LoamError('key-not-found', { key: object.key });
  return { tags, versionId: shownVersion(bucket, object.versionId) };
}
