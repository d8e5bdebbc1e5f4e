import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, combineChecksums, createChecksum, isLinear } from '../../core/checksums.ts';
import { LoamError } from '../../core/errors.ts';
import type { Transaction } from '../../storage/database/contract.ts';
import { inBucket } from './bucket-directory.ts';
import type { WriteCondition } from './conditions.ts';
import { withoutQuotes } from './conditions.ts';
import type { CustomerKey } from './encryption/contract.ts';
import { checkCustomerKey } from './encryption/data-key.ts';
import type { ChangeCause } from './notifications/record-changes.ts';
import type { Bucket, ChecksumType, NewObject, ObjectSystem, StoredChecksum } from './object.ts';
import type { SentChecksum } from './parts.ts';
import { propertiesOf } from './properties.ts';
import { type CompletedUpload, insertCompletedUpload, selectCompletedUpload } from './tables/completed-uploads.ts';
import { deletePartsBut, type Part, selectParts } from './tables/parts.ts';
import { deleteUpload, type Upload } from './tables/uploads.ts';
import { checkUploadName, type UploadPlace } from './uploads.ts';
import { writtenVersion } from './versioning.ts';
import { tryAgain, writeObject, writingWithin } from './write.ts';

/** Every part but the last has at least this many bytes. */
const SMALLEST_PART = 5 * 1024 ** 2;

export interface NamedPart {
  readonly partNumber: number;
  readonly etag: string | undefined;
  readonly checksum: SentChecksum | undefined;
}

export interface ExpectedObject {
  readonly checksum: SentChecksum | undefined;
  readonly type: ChecksumType | undefined;
  readonly size: number | undefined;
}

export interface CompleteOptions {
  /** For those who are told of changes. */
  readonly cause?: ChangeCause;
  readonly parts: readonly NamedPart[];
  /** What the caller says the whole is. */
  readonly expected: ExpectedObject;
  readonly condition: WriteCondition | undefined;
  readonly customerKey?: CustomerKey | undefined;
}

/** What the caller is told of a completed upload. */
export interface UploadResult extends Omit<CompletedUpload, 'versionId'> {
  /** None where it is the null version. */
  readonly versionId: string | undefined;
}

/**
 * Makes an object of an upload's parts: a matter of rows, no byte is moved. Of an upload that was completed with the same
 * parts within the last day it tells the result again: the answer may have been lost.
 *
 * @throws LoamError `upload-not-found`, `part-invalid`, `part-order-invalid`, `part-too-small`, `batch-invalid`,
 * `checksum-mismatch`, `request-invalid`, `precondition-failed`; the upload goes on then.
 */
export async function completeUpload(
  system: ObjectSystem,
  place: UploadPlace,
  options: CompleteOptions,
): Promise<UploadResult> {
  checkOrder(options.parts);
  checkUploadName(place);
  const completed = await inBucket(system.buckets, place, async (bucket) => {
    const complete = tryAgain(() => completeIn(system, bucket, place, options));
    const result = await complete.finally(() => system.cache.forget(bucket, [place.key]));
    return result && { ...result, versionId: writtenVersion(result.versionId) };
  });
  if (!completed) throw new LoamError('upload-not-found', { uploadId: place.uploadId });
  return completed;
}

function completeIn(
  system: ObjectSystem,
  bucket: Bucket,
  place: UploadPlace,
  options: CompleteOptions,
): Promise<CompletedUpload | undefined> {
  return system.database.transaction(async (transaction) => {
    // Deleting first locks the upload: parts that are being written are waited for, later ones are refused.
    const upload = await deleteUpload(transaction, bucket, place);
    return upload
      ? complete(system, transaction, { bucket, upload }, options)
      : recall(transaction, bucket, place, options);
  });
}

async function complete(
  system: ObjectSystem,
  transaction: Transaction,
  { bucket, upload }: { bucket: Bucket; upload: Upload },
  { parts: named, expected, condition, cause, customerKey }: CompleteOptions,
): Promise<CompletedUpload> {
  checkCustomerKey(upload, customerKey);
  const stored = await selectParts(transaction, bucket, upload.uploadId);
  const parts = chooseParts(stored, named);
  const object: NewObject = {
    ...assemble(system, upload, parts),
    change: { name: 'ObjectCreated:CompleteMultipartUpload', cause },
  };
  checkExpected(object, expected);
  const versionId = await writeObject(system, writingWithin(transaction), bucket, object, condition);
  if (versionId === undefined) throw new LoamError('bucket-not-found', { bucket: bucket.name });
  if (parts.length < stored.length) await dropOthers(transaction, bucket, upload, parts);
  const { size, etag, checksum, encryption } = object;
  const completed = { size, etag, checksum, encryption, versionId, partsSha256: hashOf(named) };
  await insertCompletedUpload(transaction, bucket, upload, completed);
  return completed;
}

/** The condition is not asked again: the object that the upload became may be why it holds no more. */
async function recall(
  transaction: Transaction,
  bucket: Bucket,
  place: UploadPlace,
  { parts, expected }: CompleteOptions,
): Promise<CompletedUpload | undefined> {
  const completed = await selectCompletedUpload(transaction, bucket, place);
  if (completed?.partsSha256 !== hashOf(parts)) return undefined;
  checkExpected(completed, expected);
  return completed;
}

function hashOf(parts: readonly NamedPart[]): string {
  const names = parts.map(({ partNumber, etag = '' }) => [partNumber, withoutQuotes(etag)]);
  return createHash('sha256').update(JSON.stringify(names)).digest('hex');
}

function dropOthers(
  transaction: Transaction,
  bucket: Bucket,
  { uploadId }: Upload,
  parts: readonly Part[],
): Promise<void> {
  const kept = parts.map(({ partNumber }) => partNumber);
  return deletePartsBut(transaction, bucket, uploadId, kept);
}

function checkOrder(parts: readonly NamedPart[]): void {
  if (parts.length === 0)
    throw new LoamError('batch-invalid', { problem: 'An upload is completed with at least one part.' });
  const inOrder = parts.every(({ partNumber }, index) => partNumber > (parts[index - 1]?.partNumber ?? 0));
  if (!inOrder) throw new LoamError('part-order-invalid', {});
}

function chooseParts(stored: readonly Part[], named: readonly NamedPart[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  const parts = named.map((name) => checkNamed(name, byNumber.get(name.partNumber)));
  for (const { partNumber, size } of parts.slice(0, -1)) {
    if (size < SMALLEST_PART)
      throw new LoamError('part-too-small', { partNumber, bytes: size, minimum: SMALLEST_PART });
  }
  return parts;
}

function checkNamed({ partNumber, etag, checksum }: NamedPart, part: Part | undefined): Part {
  if (!part) throw new LoamError('part-invalid', { partNumber, problem: 'was not uploaded' });
  if (etag === undefined || withoutQuotes(etag) !== part.etag) {
    throw new LoamError('part-invalid', { partNumber, problem: 'has another entity tag than the one given' });
  }
  const { checksumAlgorithm: algorithm, checksum: value } = part;
  if (checksum && (checksum.algorithm !== algorithm || checksum.value !== value)) {
    throw new LoamError('part-invalid', {
      partNumber,
      problem: `has another ${checksum.algorithm} than the one given`,
    });
  }
  return part;
}

function assemble({ clock }: ObjectSystem, upload: Upload, parts: readonly Part[]): NewObject {
  const { key, headers, metadata, uploadId } = upload;
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return {
    ...{ ...propertiesOf(upload), key, headers, metadata },
    size: parts.reduce((total, { size }) => total + size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    modifiedAt: new Date(clock.now()),
    checksum: wholeChecksum(upload, parts),
    content: { uploadId, partCount: parts.length },
  };
}

function wholeChecksum(
  { checksumAlgorithm: algorithm, checksumType: type }: Upload,
  parts: readonly Part[],
): StoredChecksum | undefined {
  if (!algorithm || !type) return undefined;
  const sums = parts.map(({ checksum, size }) => ({ checksum: Buffer.from(checksum ?? '', 'base64'), size }));
  if (type === 'FULL_OBJECT' && isLinear(algorithm)) {
    return { algorithm, type, value: combineChecksums(algorithm, sums).toString('base64') };
  }
  return { algorithm, type, value: `${compositeOf(algorithm, sums)}-${parts.length}` };
}

function compositeOf(algorithm: ChecksumAlgorithm, sums: readonly { checksum: Buffer }[]): string {
  const composite = createChecksum(algorithm);
  for (const { checksum } of sums) composite.update(checksum);
  return composite.digest().toString('base64');
}

function checkExpected({ size, checksum }: Pick<NewObject, 'size' | 'checksum'>, expected: ExpectedObject): void {
  if (expected.size !== undefined && expected.size !== size) {
    throw new LoamError('request-invalid', {
      message: `The x-amz-mp-object-size is ${expected.size}, but the parts have ${size} bytes.`,
    });
  }
  if (expected.type && expected.type !== checksum?.type) {
    throw new LoamError('request-invalid', {
      message: `The upload was created with the checksum type ${checksum?.type ?? 'null'}, not ${expected.type}.`,
    });
  }
  const sent = expected.checksum;
  if (!sent) return;
  // Of a composite checksum some clients send the value without the number of parts.
  const values = [checksum?.value, checksum?.value.replace(/-\d+$/, '')];
  if (sent.algorithm === checksum?.algorithm && values.includes(sent.value)) return;
  throw new LoamError('checksum-mismatch', { algorithm: sent.algorithm });
}
