import type { Transaction } from '../../storage/database/contract.ts';
import { type Bucket, NULL_VERSION, type ObjectSystem } from './object.ts';
import {
  type DeletedVersion,
  deleteVersionRows,
  insertMarkers,
  makeRoom,
  promoteNewest,
  selectLocked,
  type VersionName,
} from './tables/versions.ts';
import { nextVersionId } from './versioning.ts';

/** Makes a delete marker the latest version of each key. The keys are locked and all different. */
export async function addMarkers(
  { ids, clock }: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  keys: readonly string[],
): Promise<VersionName[]> {
  const markers = keys.map((key) => ({ key, versionId: nextVersionId(bucket, ids) }));
  const replaceNull = markers.some(({ versionId }) => versionId === NULL_VERSION);
  await makeRoom(transaction, bucket, keys, { replaceNull });
  await insertMarkers(transaction, bucket, markers, { modifiedAt: new Date(clock.now()), owner: null });
  return markers;
}

export interface VersionRemoval {
  readonly deleted: readonly DeletedVersion[];
  /** Protected by object lock, and still there. */
  readonly locked: readonly VersionName[];
}

/** Deletes versions for good; where one was the latest, the next one is now. The keys are locked. */
export async function removeVersions(
  { clock }: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  versions: readonly VersionName[],
  { bypassGovernance }: { bypassGovernance: boolean },
): Promise<VersionRemoval> {
  const reach = { now: new Date(clock.now()), bypassGovernance };
  const deleted = await deleteVersionRows(transaction, bucket, versions, reach);
  const locked = deleted.length === versions.length ? [] : await selectLocked(transaction, bucket, versions, reach);
  await promoteNewest(transaction, bucket, [...new Set(deleted.map(({ key }) => key))]);
  return { deleted, locked };
}
