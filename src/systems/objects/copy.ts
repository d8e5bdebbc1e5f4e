import type { ChecksumAlgorithm } from '../../core/checksums.ts';
import { LoamError } from '../../core/errors.ts';
import type { ByteRange } from '../../storage/objects/contract.ts';
import { checkReadConditions, type ReadConditions, type WriteCondition } from './conditions.ts';
import { openContent, type Reader, readObject } from './content.ts';
import type { CustomerKey, EncryptionRequest, KeyUser, NewDataKey } from './encryption/contract.ts';
import { makeDataKey } from './encryption/data-key.ts';
import { entityTag } from './encryption/entity-tag.ts';
import { type FoundObject, findObject } from './find.ts';
import { checkMetadata } from './metadata.ts';
import { checkKey } from './names.ts';
import type { ChangeCause } from './notifications/record-changes.ts';
import type {
  Content,
  Description,
  NewObject,
  ObjectSystem,
  StoredChecksum,
  StoredObject,
  WrittenObject,
} from './object.ts';
import { type ObjectProperties, PLAIN } from './properties.ts';
import { INLINE_BYTES, keepOrRemove, MOST_BYTES_AT_ONCE, type Place, placeObject } from './put.ts';
import { type ReceivedBytes, type ReceiveOptions, receiveBytes } from './receive.ts';
import { shownVersion } from './versioning.ts';

export interface CopySource {
  readonly place: Place;
  readonly conditions: ReadConditions;
  /** Of a source that is encrypted under a customer's key. */
  readonly customerKey?: CustomerKey | undefined;
}

export interface CopyOptions {
  /** For those who are told of changes. */
  readonly cause?: ChangeCause;
  readonly source: CopySource;
  /** What replaces the source's description; undefined copies that too. */
  readonly description: Description | undefined;
  /** The checksum that the copy shall have; undefined keeps the source's. */
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly condition: WriteCondition | undefined;
  /** Of the copy; undefined is as its bucket is set, whatever the source is. */
  readonly encryption?: EncryptionRequest | undefined;
  readonly user?: KeyUser;
  /** What is not given is as `PLAIN` says, but for the tags: those are the source's. */
  readonly properties?: Partial<ObjectProperties>;
  /** Asked before tags of the source are taken over; throws when they may not be. */
  readonly requireTagging?: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface CopiedObject extends WrittenObject {
  /** The version that was copied; none where its bucket never kept versions. */
  readonly sourceVersionId: string | undefined;
}

/**
 * Copies an object. Bytes never change, so a copy of one piece shares those of its source; only what was uploaded in parts, or
 * shall have another checksum, or is encrypted before or after, is read through.
 *
 * @throws LoamError `key-not-found`, `bucket-not-found`, `precondition-failed`, `request-invalid`, `object-too-large`
 */
export async function copyObject(system: ObjectSystem, place: Place, options: CopyOptions): Promise<CopiedObject> {
  const { source, description, condition, algorithm } = options;
  checkKey(place.key);
  if (description) checkMetadata(description.metadata);
  else refuseCopyToItself(place, options);
  const { user, encryption: request } = options;
  const bucket = await system.buckets.open(place.bucket, place.expectedOwner);
  const sealing = await makeDataKey(system, { bucket, key: place.key, request, user });
  return readObject(
    () => findSource(system, source),
    async (found) => {
      const { object } = found;
      if (object.size > MOST_BYTES_AT_ONCE) throw new LoamError('object-too-large', { limit: MOST_BYTES_AT_ONCE });
      if (object.tags && !options.properties?.tags) await options.requireTagging?.();
      const bytes = shareBytes(object, algorithm, sealing) ?? (await copyBytes(system, found, sealing, options));
      if (!bytes) return undefined;
      const { headers, metadata } = description ?? object;
      const modifiedAt = new Date(system.clock.now());
      const properties = { ...PLAIN, tags: object.tags, ...options.properties };
      const described = { key: place.key, size: object.size, modifiedAt, headers, metadata };
      const encrypted = sealing && { encryption: sealing.encryption, sealedKey: sealing.sealedKey };
      const change = { name: 'ObjectCreated:Copy', cause: options.cause } as const;
      const copy: NewObject = { ...properties, ...described, ...bytes, ...encrypted, change };
      const commit = () => placeObject(system, place, copy, condition);
      const written = await (bytes.shared ? commit() : keepOrRemove(system, copy, commit));
      return { ...written, sourceVersionId: shownVersion(found.bucket, object.versionId) };
    },
  );
}

/** @throws LoamError `precondition-failed` where a read would be answered "not modified" */
export async function findSource(system: ObjectSystem, source: CopySource): Promise<FoundObject> {
  const found = await findObject(system, source.place);
  try {
    checkReadConditions(found.object, source.conditions);
  } catch (error) {
    if (!(error instanceof LoamError) || error.code !== 'not-modified') throw error;
    throw new LoamError('precondition-failed', { condition: 'x-amz-copy-source-if' }, { cause: error });
  }
  return found;
}

/** Reads a source, or a range of it, into bytes of its own. Undefined when it was overwritten meanwhile. */
export async function receiveSource(
  system: ObjectSystem,
  found: FoundObject,
  range: ByteRange | undefined,
  reader: Reader,
  options: ReceiveOptions,
): Promise<ReceivedBytes | undefined> {
  const content = await openContent(system, found, range, reader);
  return content && receiveBytes(system.store, Buffer.isBuffer(content) ? onePiece(content) : content, options);
}

interface CopiedBytes {
  readonly etag: string;
  readonly checksum: StoredChecksum | undefined;
  readonly content: Content;
  readonly shared: boolean;
}

function shareBytes(
  object: StoredObject,
  algorithm: ChecksumAlgorithm | undefined,
  sealing: NewDataKey | undefined,
): CopiedBytes | undefined {
  if (sealing || object.encryption) return undefined;
  const { etag, inlineBytes, bytesId } = object;
  if (algorithm && algorithm !== object.checksumAlgorithm) return undefined;
  const content = inlineBytes ? { inlineBytes } : bytesId ? { bytesId } : undefined;
  return content && { etag, checksum: checksumOf(object), content, shared: true };
}

async function copyBytes(
  system: ObjectSystem,
  found: FoundObject,
  seal: NewDataKey | undefined,
  { algorithm = found.object.checksumAlgorithm ?? undefined, signal, source, user }: CopyOptions,
): Promise<CopiedBytes | undefined> {
  const limits = { inlineLimit: INLINE_BYTES, sizeLimit: MOST_BYTES_AT_ONCE, seal };
  const reader = { signal, user, customerKey: source.customerKey };
  const received = await receiveSource(system, found, undefined, reader, { ...limits, algorithm, signal });
  if (!received) return undefined;
  const { md5, checksum: value, content } = received;
  const checksum = algorithm && value ? ({ algorithm, type: 'FULL_OBJECT', value } as const) : undefined;
  return { etag: entityTag(md5, seal), checksum, content, shared: false };
}

export function checksumOf(object: StoredObject): StoredChecksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType: type, checksum: value } = object;
  return algorithm && type && value ? { algorithm, type, value } : undefined;
}

// An older version may be brought back by a copy to its own key.
function refuseCopyToItself(place: Place, { source, encryption, properties }: CopyOptions): void {
  if (source.place.bucket !== place.bucket || source.place.key !== place.key) return;
  const { storageClass, websiteRedirect } = properties ?? {};
  if (encryption ?? storageClass ?? websiteRedirect ?? source.place.versionId) return;
  throw new LoamError('request-invalid', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
