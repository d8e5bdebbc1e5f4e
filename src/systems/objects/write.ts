import { LoamError } from '../../core/errors.ts';
import type { Database, Statements, Transaction } from '../../storage/database/contract.ts';
import { isUniqueViolation } from '../../storage/database/database-errors.ts';
import type { WriteCondition } from './conditions.ts';
import { isObserved, recordChanges } from './notifications/record-changes.ts';
import { type Bucket, type NewObject, NULL_VERSION, type ObjectSystem } from './object.ts';
import { lockOfNew } from './object-lock.ts';
import { findBucket } from './tables/buckets.ts';
import { insertVersion, selectObject, writeOnlyVersion } from './tables/objects.ts';
import { lockKeys, makeRoom } from './tables/versions.ts';
import { hasVersions, nextVersionId, shownVersion } from './versioning.ts';

/** Where a write happens: at once, or inside a transaction that does more. */
export interface Writing {
  readonly statements: Statements;
  readonly inTransaction: <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;
}

export function writingAtOnce(database: Database): Writing {
  return { statements: database, inTransaction: (work) => database.transaction(work) };
}

export function writingWithin(transaction: Transaction): Writing {
  return { statements: transaction, inTransaction: (work) => work(transaction) };
}

/**
 * Makes an object the latest version of its key: one statement in a bucket that never kept versions, a transaction elsewhere.
 *
 * @returns the id of the version; undefined when the bucket is gone.
 * @throws LoamError `precondition-failed`, or `key-not-found` when there is no object to compare with; `request-invalid` for a
 * lock in a bucket without object lock
 * @throws a foreign key violation when the bucket is gone, a unique violation when it began to keep versions this moment
 */
export async function writeObject(
  system: ObjectSystem,
  writing: Writing,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<string | undefined> {
  if (!isObserved(bucket)) return writeUnobserved(system, writing, bucket, object, condition);
  return writing.inTransaction(async (within) => {
    const versionId = await writeUnobserved(system, writingWithin(within), bucket, object, condition);
    if (versionId !== undefined) await recordCreation(system, within, bucket, object, versionId);
    return versionId;
  });
}

async function recordCreation(
  system: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  { key, size, etag, change }: NewObject,
  versionId: string,
): Promise<void> {
  const { name = 'ObjectCreated:Put', cause } = change ?? {};
  const created = { name, cause, key, size, etag, versionId: shownVersion(bucket, versionId) };
  await recordChanges(system, transaction, bucket, [created]);
}

async function writeUnobserved(
  system: ObjectSystem,
  { statements, inTransaction }: Writing,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<string | undefined> {
  const locked = { ...object, ...lockOfNew(bucket, object, system.clock.now()) };
  if (hasVersions(bucket)) return inTransaction((within) => addVersion(system, within, bucket, locked, condition));
  if (await writeOnlyVersion(statements, bucket, object, condition)) return NULL_VERSION;
  // The condition does not hold, or versions are kept since the bucket was remembered.
  system.buckets.forget(bucket.name);
  const now = await findBucket(statements, bucket.name);
  if (now?.account !== bucket.account || now.region !== bucket.region) return undefined;
  return inTransaction((within) => addVersion(system, within, now, object, condition));
}

async function addVersion(
  { ids }: ObjectSystem,
  transaction: Transaction,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<string> {
  const { key } = object;
  await lockKeys(transaction, bucket, [key]);
  if (condition) checkWriteCondition(condition, key, await selectObject(transaction, bucket, key));
  const versionId = nextVersionId(bucket, ids);
  await makeRoom(transaction, bucket, [key], { replaceNull: versionId === NULL_VERSION });
  await insertVersion(transaction, bucket, object, versionId);
  return versionId;
}

/** @throws LoamError `precondition-failed`, or `key-not-found` when there is no object to compare with */
export function checkWriteCondition(
  condition: WriteCondition,
  key: string,
  latest: { readonly etag: string; readonly deleteMarker: boolean } | undefined,
): void {
  const present = latest?.deleteMarker ? undefined : latest;
  if ('absent' in condition || 'otherThan' in condition) {
    const fails = 'absent' in condition ? present : present?.etag === condition.otherThan;
    if (fails) throw new LoamError('precondition-failed', { condition: 'If-None-Match' });
  } else if (!present) throw new LoamError('key-not-found', { key });
  else if (condition.etag !== '*' && condition.etag !== present.etag) {
    throw new LoamError('precondition-failed', { condition: 'If-Match' });
  }
}

const MOST_TRIES = 3;

/** Runs a write again that met another one of a process which did not know yet that the bucket keeps versions. */
export async function tryAgain<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === MOST_TRIES || !isUniqueViolation(error)) throw error;
    }
  }
}
