import { LoamError } from '../../core/errors.ts';
import { findObject } from './find.ts';
import type { Bucket, ObjectSystem, StoredObject } from './object.ts';
import type { LockMode, ObjectLock } from './properties.ts';
import type { Place } from './put.ts';
import type { Remover } from './remove.ts';
import { updateLock } from './tables/object-properties.ts';
import { selectForUpdate } from './tables/objects.ts';

/**
 * What protects a new object: what its uploader asks for, or else the bucket's default retention.
 *
 * @throws LoamError `request-invalid` when something is asked for and the bucket has no object lock
 */
export function lockOfNew(bucket: Bucket, asked: ObjectLock, now: number): ObjectLock {
  const setting = bucket.settings['object-lock'];
  if (!setting) {
    if (asked.lockMode === null && !asked.legalHold) return asked;
    throw new LoamError('request-invalid', { message: 'Bucket is missing Object Lock Configuration.' });
  }
  const retention = setting.defaultRetention;
  if (asked.lockMode !== null || !retention) return asked;
  const retainUntil = new Date(now);
  if (retention.days) retainUntil.setUTCDate(retainUntil.getUTCDate() + retention.days);
  if (retention.years) retainUntil.setUTCFullYear(retainUntil.getUTCFullYear() + retention.years);
  return { ...asked, lockMode: retention.mode, retainUntil };
}

export interface Retention {
  readonly mode: LockMode;
  readonly until: Date;
}

/**
 * Sets or takes away the retention of a version. Governance mode lets whoever may bypass it do anything, and everybody make it
 * longer; compliance mode lets nobody do anything but that.
 *
 * @throws LoamError `object-locked`, `request-invalid` in a bucket without object lock, and what `findObject` throws
 */
export function putRetention(
  system: ObjectSystem,
  place: Place,
  retention: Retention | undefined,
  remover: Remover,
): Promise<StoredObject> {
  return changeLock(system, place, (object) => {
    checkRetentionChange(object, retention, { ...remover, now: system.clock.now() });
    return { lockMode: retention?.mode ?? null, retainUntil: retention?.until ?? null, legalHold: object.legalHold };
  });
}

/** @throws LoamError `request-invalid` in a bucket without object lock, and what `findObject` throws */
export function putLegalHold(system: ObjectSystem, place: Place, legalHold: boolean): Promise<StoredObject> {
  return changeLock(system, place, ({ lockMode, retainUntil }) => ({ lockMode, retainUntil, legalHold }));
}

/** @throws LoamError `request-invalid` */
export function requireObjectLock({ settings }: Bucket): void {
  if (settings['object-lock']) return;
  throw new LoamError('request-invalid', { message: 'Bucket is missing Object Lock Configuration.' });
}

async function changeLock(
  system: ObjectSystem,
  place: Place,
  change: (object: StoredObject) => ObjectLock,
): Promise<StoredObject> {
  requireObjectLock(await system.buckets.open(place.bucket, place.expectedOwner));
  const { bucket, object } = await findObject(system, place);
  const changed = system.database.transaction(async (transaction) => {
    const now = await selectForUpdate(transaction, bucket, place.key, object.versionId);
    if (!now) throw new LoamError('version-not-found', { key: place.key, versionId: object.versionId });
    await updateLock(transaction, bucket, now, change(now));
    return now;
  });
  return changed.finally(() => system.cache.forget(bucket, [place.key]));
}

function checkRetentionChange(
  { lockMode, retainUntil }: ObjectLock,
  asked: Retention | undefined,
  { bypassGovernance, now }: Remover & { now: number },
): void {
  if (!lockMode || !retainUntil || retainUntil.getTime() <= now) return;
  if (lockMode === 'GOVERNANCE' && bypassGovernance) return;
  if (asked?.mode === lockMode && asked.until >= retainUntil) return;
  const problem =
    lockMode === 'COMPLIANCE'
      ? 'retention in compliance mode can be made longer, and nothing else'
      : 'retention in governance mode can be made longer; more is for whoever bypasses it';
  throw new LoamError('object-locked', { problem });
}
