import { LoamError } from '../../core/errors.ts';
import { isForeignKeyViolation } from '../../storage/database/database-errors.ts';
import { inBucket } from './bucket-directory.ts';
import type { WriteCondition } from './conditions.ts';
import type { EncryptionRequest, KeyUser } from './encryption/contract.ts';
import { makeDataKey } from './encryption/data-key.ts';
import { entityTag } from './encryption/entity-tag.ts';
import { checkMetadata } from './metadata.ts';
import { checkKey } from './names.ts';
import type { Bucket, Description, NewObject, ObjectSystem, StoredChecksum, WrittenObject } from './object.ts';
import { lockOfNew } from './object-lock.ts';
import { type ObjectProperties, PLAIN } from './properties.ts';
import { receiveBytes } from './receive.ts';
import { selectObject } from './tables/objects.ts';
import { writtenVersion } from './versioning.ts';
import { checkWriteCondition, tryAgain, writeObject, writingAtOnce } from './write.ts';

/** Objects of up to this size are kept in their row: one durable write in place of three. See bench/RESULTS.md. */
export const INLINE_BYTES = 4_096;
/** The most that one request may carry. */
export const MOST_BYTES_AT_ONCE = 5 * 1024 ** 3;

/** Which object a call means. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
  /** Of reads and deletes; undefined is the latest. */
  readonly versionId?: string | undefined;
  readonly expectedOwner: string | undefined;
}

export interface PutOptions extends Description {
  /** For those who are told of changes; a put by nobody in particular, when absent. */
  readonly change?: NewObject['change'];
  /** What is not given is as `PLAIN` says. */
  readonly properties?: Partial<ObjectProperties>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Undefined is as the bucket is set. */
  readonly encryption?: EncryptionRequest | undefined;
  /** In whose name the key of the encryption is used. */
  readonly user?: KeyUser;
  /** Asked when the body has ended: a checksum may come in its trailer. */
  readonly checksum: () => StoredChecksum | undefined;
  readonly condition: WriteCondition | undefined;
  readonly signal: AbortSignal;
}

/**
 * Stores an object in place of what is at its key. Durable when it resolves.
 *
 * @throws LoamError `bucket-not-found`, `precondition-failed`, `object-too-large`, `storage-full` and what the body fails with;
 * nothing is changed then.
 */
export async function putObject(system: ObjectSystem, place: Place, options: PutOptions): Promise<WrittenObject> {
  const { headers, metadata, condition } = options;
  checkKey(place.key);
  checkMetadata(metadata);
  const bucket = await refuseEarly(system, place, options);
  const sealing = await makeDataKey(system, {
    bucket,
    key: place.key,
    request: options.encryption,
    user: options.user,
  });
  const received = await receiveBytes(system.store, options.body, {
    inlineLimit: INLINE_BYTES,
    sizeLimit: MOST_BYTES_AT_ONCE,
    seal: sealing,
    signal: options.signal,
  });
  return keepOrRemove(system, received, async () => {
    const object: NewObject = {
      ...{ ...PLAIN, ...options.properties, key: place.key, headers, metadata, content: received.content },
      ...(sealing && { encryption: sealing.encryption, sealedKey: sealing.sealedKey }),
      size: received.size,
      etag: entityTag(received.md5, sealing),
      modifiedAt: new Date(system.clock.now()),
      checksum: options.checksum(),
      ...(options.change && { change: options.change }),
    };
    return placeObject(system, place, object, condition);
  });
}

/** Refuses before the body is read what is known to fail: a missing bucket, a lock it has not, a condition that does not hold. */
async function refuseEarly(
  { buckets, database, clock }: ObjectSystem,
  place: Place,
  { condition, properties }: Pick<PutOptions, 'condition' | 'properties'>,
): Promise<Bucket> {
  const bucket = await buckets.open(place.bucket, place.expectedOwner);
  lockOfNew(bucket, { ...PLAIN, ...properties }, clock.now());
  if (condition) checkWriteCondition(condition, place.key, await selectObject(database, bucket, place.key));
  return bucket;
}

/** Writes the row of an object whose bytes are stored. */
export async function placeObject(
  system: ObjectSystem,
  place: Place,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<WrittenObject> {
  const written = await inBucket(system.buckets, place, (bucket) => writeInto(system, bucket, object, condition));
  if (!written) throw new LoamError('bucket-not-found', { bucket: place.bucket });
  return written;
}

/** @returns undefined when the bucket is gone */
async function writeInto(
  system: ObjectSystem,
  bucket: Bucket,
  object: NewObject,
  condition: WriteCondition | undefined,
): Promise<WrittenObject | undefined> {
  try {
    const writing = writingAtOnce(system.database);
    const versionId = await tryAgain(() => writeObject(system, writing, bucket, object, condition));
    return versionId === undefined ? undefined : { ...object, versionId: writtenVersion(versionId) };
  } catch (error) {
    if (isForeignKeyViolation(error)) return undefined;
    throw error;
  } finally {
    // After a failure, too: nobody knows then whether it was committed.
    await system.cache.forget(bucket, [object.key]);
  }
}

/**
 * Runs what commits a row, and removes the stored bytes when it was refused. After any other failure nobody knows whether it
 * was committed, so the bytes stay: the collection of orphans removes them if not.
 */
export async function keepOrRemove<Result>(
  { store }: ObjectSystem,
  { content }: Pick<NewObject, 'content'>,
  commit: () => Promise<Result>,
): Promise<Result> {
  try {
    return await commit();
  } catch (error) {
    const refused = error instanceof LoamError && error.kind !== 'unavailable' && error.kind !== 'internal';
    if (refused && 'bytesId' in content) await store.remove(content.bytesId);
    throw error;
  }
}
