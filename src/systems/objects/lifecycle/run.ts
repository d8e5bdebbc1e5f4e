import { isLoamError } from '../../../core/errors.ts';
import type { Bucket, ObjectSystem } from '../object.ts';
import { removeObject } from '../remove.ts';
import { abortUpload } from '../uploads.ts';
import { type DueItem, findDue } from './find-due.ts';

/** What one pass over a bucket did: found = done + left. */
export interface LifecycleResult {
  readonly found: number;
  readonly done: number;
  /** Changed meanwhile, or protected by object lock: the next pass looks at them again. */
  readonly left: number;
}

/**
 * Does away with what a bucket's rules say. Each deletion is one of its own, so a pass that is broken off has done what it
 * did, and the next one goes on.
 *
 * @throws what the signal fires with, and what the database fails with
 */
export async function runLifecycle(
  system: ObjectSystem,
  bucket: Bucket,
  signal: AbortSignal,
): Promise<LifecycleResult> {
  const counts = { found: 0, done: 0, left: 0 };
  for await (const item of findDue(system, bucket, system.clock.now())) {
    signal.throwIfAborted();
    counts.found += 1;
    if (await remove(system, bucket, item)) counts.done += 1;
    else counts.left += 1;
  }
  return counts;
}

/** @returns false when it was changed since it was found, or is locked */
async function remove(system: ObjectSystem, bucket: Bucket, item: DueItem): Promise<boolean> {
  const place = { bucket: bucket.name, key: item.key, expectedOwner: bucket.account };
  try {
    if (item.action === 'abort-upload') await abortUpload(system, { ...place, uploadId: item.uploadId });
    else if (item.action === 'expire') await expire(system, bucket, item);
    else await removeObject(system, { ...place, versionId: item.versionId }, NO_CONDITIONS, LIFECYCLE);
    return true;
  } catch (error) {
    const overtaken = EXPECTED.some((code) => isLoamError(error, code));
    if (overtaken) return false;
    throw error;
  }
}

/** The current version goes: for good, or behind a delete marker where versions are kept. */
async function expire(
  system: ObjectSystem,
  bucket: Bucket,
  { key, etag, size, modifiedAt }: Extract<DueItem, { action: 'expire' | 'delete-noncurrent' | 'delete-marker' }>,
): Promise<void> {
  const place = { bucket: bucket.name, key, expectedOwner: bucket.account };
  await removeObject(system, place, { etag, size, modifiedAt }, LIFECYCLE);
}

const LIFECYCLE = { bypassGovernance: false, cause: 'lifecycle' } as const;
const NO_CONDITIONS = { etag: undefined, size: undefined, modifiedAt: undefined } as const;
const EXPECTED = [
  'precondition-failed',
  'key-not-found',
  'version-not-found',
  'object-deleted',
  'object-locked',
  'upload-not-found',
] as const;
