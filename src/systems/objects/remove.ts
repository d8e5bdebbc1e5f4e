import { LoamError } from '../../core/errors.ts';
import type { Transaction } from '../../storage/database/contract.ts';
import { checkRemoveConditions, type RemoveConditions } from './conditions.ts';
import { checkKey } from './names.ts';
import type { EventName } from './notifications/configuration.ts';
import { type ChangeCause, isObserved, recordChanges } from './notifications/record-changes.ts';
import { type Bucket, NULL_VERSION, type ObjectSystem } from './object.ts';
import type { Place } from './put.ts';
import { addMarkers, removeVersions } from './remove-versions.ts';
import { deleteOnlyVersions, selectForUpdate } from './tables/objects.ts';
import { lockKeys, type VersionName } from './tables/versions.ts';
import { checkVersionId, hasVersions, shownVersion } from './versioning.ts';
import { tryAgain } from './write.ts';

/** Who removes, and what for. */
export interface Remover {
  /** Deletes what governance mode protects: for whoever may. */
  readonly bypassGovernance: boolean;
  /** For those who are told of changes; a pass of lifecycle rules is told as one. */
  readonly cause?: ChangeCause | 'lifecycle';
}

/** What a deletion did. */
export interface Removal {
  /** Of the version that was deleted for good, or of the delete marker that was written. */
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
}

const NOTHING: Removal = { versionId: undefined, deleteMarker: false };

/**
 * Deletes an object: for good where its bucket never kept versions or the caller names the version, otherwise by a delete
 * marker. Deleting what is not there is no error, unless the caller says what it must be like.
 *
 * @throws LoamError `bucket-not-found`, `access-denied`, `precondition-failed`, `key-not-found`, `object-locked`,
 * `parameter-invalid`
 */
export async function removeObject(
  system: ObjectSystem,
  place: Place,
  conditions: RemoveConditions,
  remover: Remover,
): Promise<Removal> {
  checkKey(place.key);
  if (place.versionId !== undefined) checkVersionId(place.versionId);
  const bucket = await system.buckets.open(place.bucket, place.expectedOwner);
  try {
    return await removeFrom(system, bucket, place, conditions, remover);
  } finally {
    await system.cache.forget(bucket, [place.key]);
  }
}

async function removeFrom(
  system: ObjectSystem,
  bucket: Bucket,
  place: Place,
  conditions: RemoveConditions,
  remover: Remover,
): Promise<Removal> {
  const named = place.versionId !== undefined && place.versionId !== NULL_VERSION;
  if (!hasVersions(bucket) && !named && isUnconditional(conditions) && !isObserved(bucket)) {
    const deleted = await deleteOnlyVersions(system.database, bucket, [place.key]);
    if (deleted.length > 0) return NOTHING;
  }
  // Nothing was there, or versions may be: the bucket, too, may be gone, or keep versions by now.
  const now = hasVersions(bucket) ? bucket : await system.buckets.confirm(place.bucket, place.expectedOwner);
  return tryAgain(() => removeOne(system, now, place, conditions, remover));
}

async function removeOne(
  system: ObjectSystem,
  bucket: Bucket,
  { key, versionId }: Pick<Place, 'key' | 'versionId'>,
  conditions: RemoveConditions,
  remover: Remover,
): Promise<Removal> {
  return system.database.transaction(async (transaction) => {
    await lockKeys(transaction, bucket, [key]);
    if (!isUnconditional(conditions)) {
      const present = await selectForUpdate(transaction, bucket, key, versionId);
      checkRemoveConditions(present?.deleteMarker && versionId === undefined ? undefined : present, key, conditions);
    }
    if (versionId === undefined && hasVersions(bucket)) return markDeleted(system, transaction, bucket, key, remover);
    return deleteForGood(system, transaction, bucket, { key, versionId: versionId ?? NULL_VERSION }, remover);
  });
}

async function markDeleted(
  system: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  key: string,
  remover: Remover,
): Promise<Removal> {
  const [marker] = await addMarkers(system, transaction, bucket, [key]);
  if (marker) await recordRemovals(system, transaction, bucket, { markers: [marker], deleted: [] }, remover);
  return { versionId: marker?.versionId, deleteMarker: true };
}

async function deleteForGood(
  system: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  version: VersionName,
  remover: Remover,
): Promise<Removal> {
  const { deleted, locked } = await removeVersions(system, transaction, bucket, [version], remover);
  if (locked.length > 0) throw lockedError();
  await recordRemovals(system, transaction, bucket, { markers: [], deleted }, remover);
  if (!hasVersions(bucket)) return NOTHING;
  return { versionId: version.versionId, deleteMarker: deleted.some(({ deleteMarker }) => deleteMarker) };
}

/** Writes down for others what was removed, where anybody is to be told. */
export async function recordRemovals(
  system: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  { markers, deleted }: { markers: readonly VersionName[]; deleted: readonly VersionName[] },
  { cause }: Remover,
): Promise<void> {
  if (!isObserved(bucket)) return;
  const group = cause === 'lifecycle' ? 'LifecycleExpiration' : 'ObjectRemoved';
  const by = cause === 'lifecycle' ? undefined : cause;
  const removed = (name: EventName) => (version: VersionName) => ({
    ...{ name, key: version.key, cause: by },
    versionId: shownVersion(bucket, version.versionId),
  });
  await recordChanges(system, transaction, bucket, [
    ...markers.map(removed(`${group}:DeleteMarkerCreated`)),
    ...deleted.map(removed(`${group}:Delete`)),
  ]);
}

export function lockedError(): LoamError {
  return new LoamError('object-locked', { problem: 'it is under retention or legal hold' });
}

function isUnconditional({ etag, size, modifiedAt }: RemoveConditions): boolean {
  return etag === undefined && size === undefined && modifiedAt === undefined;
}
