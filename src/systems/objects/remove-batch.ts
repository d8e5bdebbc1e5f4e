import { LoamError } from '../../core/errors.ts';
import type { RemoveConditions } from './conditions.ts';
import { checkKey } from './names.ts';
import { isObserved } from './notifications/record-changes.ts';
import { type Bucket, NULL_VERSION, type ObjectSystem } from './object.ts';
import type { Place } from './put.ts';
import { lockedError, type Remover, recordRemovals, removeObject } from './remove.ts';
import { addMarkers, removeVersions } from './remove-versions.ts';
import { deleteOnlyVersions } from './tables/objects.ts';
import { lockKeys, type VersionName } from './tables/versions.ts';
import { checkVersionId, hasVersions } from './versioning.ts';
import { tryAgain } from './write.ts';

const MOST_KEYS_AT_ONCE = 1_000;
// Each takes a lock of the server's table of locks, and a transaction shall be short.
const KEYS_OF_A_TRANSACTION = 100;

export interface KeyToRemove extends RemoveConditions {
  readonly key: string;
  readonly versionId: string | undefined;
}

/** What became of one key of a batch. */
export type KeyRemoval = Pick<KeyToRemove, 'key' | 'versionId'> &
  ({ readonly error: LoamError } | { readonly marker: string | undefined });

/**
 * Deletes up to 1,000 objects or versions; each is answered for, in the order given. `marker` is the id of the delete marker
 * that was written or deleted.
 *
 * @throws LoamError `batch-invalid`, `bucket-not-found`, `access-denied`
 */
export async function removeObjects(
  system: ObjectSystem,
  place: Omit<Place, 'key'>,
  keys: readonly KeyToRemove[],
  remover: Remover,
): Promise<KeyRemoval[]> {
  if (keys.length === 0 || keys.length > MOST_KEYS_AT_ONCE) {
    const problem = `A batch deletes 1 to ${MOST_KEYS_AT_ONCE} objects, not ${keys.length}.`;
    throw new LoamError('batch-invalid', { problem });
  }
  // A batch may find nothing to delete, so the bucket is not taken from memory.
  const bucket = await system.buckets.confirm(place.bucket, place.expectedOwner);
  const outcomes = new Map<KeyToRemove, KeyRemoval>();
  const plain: KeyToRemove[] = [];
  for (const item of keys) {
    const { key, versionId } = item;
    const outcome = await attempt(item, async () => {
      check(item);
      if (isPlain(item)) return undefined;
      const removal = await removeObject(system, { ...place, key, versionId }, item, remover);
      return { key, versionId, marker: removal.deleteMarker ? removal.versionId : undefined };
    });
    if (outcome) outcomes.set(item, outcome);
    else plain.push(item);
  }
  for (let start = 0; start < plain.length; start += KEYS_OF_A_TRANSACTION) {
    await removePlain(system, bucket, plain.slice(start, start + KEYS_OF_A_TRANSACTION), remover, outcomes);
  }
  return keys.flatMap((item) => outcomes.get(item) ?? []);
}

function isPlain({ etag, size, modifiedAt }: KeyToRemove): boolean {
  return etag === undefined && size === undefined && modifiedAt === undefined;
}

function check({ key, versionId }: KeyToRemove): void {
  checkKey(key);
  if (versionId !== undefined) checkVersionId(versionId);
}

async function removePlain(
  system: ObjectSystem,
  bucket: Bucket,
  items: readonly KeyToRemove[],
  remover: Remover,
  outcomes: Map<KeyToRemove, KeyRemoval>,
): Promise<void> {
  const current = hasVersions(bucket) ? items.filter(({ versionId }) => versionId === undefined) : [];
  const named = items
    .filter((item) => !current.includes(item))
    .map(({ key, versionId }) => ({ key, versionId: versionId ?? NULL_VERSION }));
  const keys = { current: current.map(({ key }) => key), named };
  const remove = hasVersions(bucket)
    ? tryAgain(() => removeInOrder(system, bucket, keys, remover))
    : removeOnly(system, bucket, named, remover);
  const changed = items.map(({ key }) => key);
  const done = await remove.finally(() => system.cache.forget(bucket, changed));
  for (const item of items) outcomes.set(item, outcomeOf(item, done));
}

/** What became of a batch: by name, markers that were written, and versions. */
interface BatchRemoval {
  readonly written: ReadonlyMap<string, string>;
  readonly deletedMarkers: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
}

async function removeOnly(
  system: ObjectSystem,
  bucket: Bucket,
  named: readonly VersionName[],
  remover: Remover,
): Promise<BatchRemoval> {
  const keys = named.filter(({ versionId }) => versionId === NULL_VERSION).map(({ key }) => key);
  if (isObserved(bucket)) await removeAndTell(system, bucket, keys, remover);
  else await deleteOnlyVersions(system.database, bucket, keys);
  return { written: new Map(), deletedMarkers: new Set(), locked: new Set() };
}

function removeAndTell(system: ObjectSystem, bucket: Bucket, keys: readonly string[], remover: Remover): Promise<void> {
  return system.database.transaction(async (transaction) => {
    const gone = await deleteOnlyVersions(transaction, bucket, keys);
    const deleted = gone.map((key) => ({ key, versionId: NULL_VERSION }));
    await recordRemovals(system, transaction, bucket, { markers: [], deleted }, remover);
  });
}

function removeInOrder(
  system: ObjectSystem,
  bucket: Bucket,
  { current, named }: { current: readonly string[]; named: readonly VersionName[] },
  remover: Remover,
): Promise<BatchRemoval> {
  return system.database.transaction(async (transaction) => {
    await lockKeys(transaction, bucket, [...current, ...named.map(({ key }) => key)]);
    const removal = await removeVersions(system, transaction, bucket, named, remover);
    const markers = await addMarkers(system, transaction, bucket, [...new Set(current)]);
    await recordRemovals(system, transaction, bucket, { markers, deleted: removal.deleted }, remover);
    return {
      written: new Map(markers.map(({ key, versionId }) => [key, versionId])),
      deletedMarkers: new Set(removal.deleted.filter(({ deleteMarker }) => deleteMarker).map(nameOf)),
      locked: new Set(removal.locked.map(nameOf)),
    };
  });
}

function outcomeOf({ key, versionId }: KeyToRemove, { written, deletedMarkers, locked }: BatchRemoval): KeyRemoval {
  if (versionId === undefined) return { key, versionId, marker: written.get(key) };
  const name = nameOf({ key, versionId });
  if (locked.has(name)) return { key, versionId, error: lockedError() };
  return { key, versionId, marker: deletedMarkers.has(name) ? versionId : undefined };
}

function nameOf({ key, versionId }: VersionName): string {
  return `${versionId}/${key}`;
}

async function attempt(
  { key, versionId }: KeyToRemove,
  work: () => Promise<KeyRemoval | undefined>,
): Promise<KeyRemoval | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LoamError)) throw error;
    return { key, versionId, error };
  }
}
