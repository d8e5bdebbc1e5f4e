import type { ChecksumAlgorithm } from '../../core/checksums.ts';
import { LoamError } from '../../core/errors.ts';
import { partContext, readObject } from './content.ts';
import { type CopySource, findSource, receiveSource } from './copy.ts';
import type { CustomerKey, KeyUser, NewDataKey } from './encryption/contract.ts';
import { openDataKey } from './encryption/data-key.ts';
import { entityTag } from './encryption/entity-tag.ts';
import type { Bucket, ObjectSystem } from './object.ts';
import { keepOrRemove, MOST_BYTES_AT_ONCE } from './put.ts';
import { contentRange, parseRange } from './ranges.ts';
import { type ReceivedBytes, receiveBytes } from './receive.ts';
import { type Part, writePart } from './tables/parts.ts';
import type { Upload } from './tables/uploads.ts';
import { findUpload, type UploadPlace } from './uploads.ts';
import { shownVersion } from './versioning.ts';

const MOST_PARTS = 10_000;
// Parts are always in the store: they are big, but for the last.
const NOTHING_INLINE = -1;

export interface SentChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

/** Who uploads, where the upload is encrypted. */
export interface PartSealing {
  readonly user?: KeyUser | undefined;
  /** The customer's key that the upload was begun with. */
  readonly customerKey?: CustomerKey | undefined;
}

export interface PartUpload extends PartSealing {
  readonly partNumber: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Asked when the body has ended: a checksum may come in its trailer. */
  readonly checksum: () => SentChecksum | undefined;
  readonly signal: AbortSignal;
}

/** A part, and the upload it is of. */
export interface UploadedPart {
  readonly part: Part;
  readonly upload: Upload;
}

/**
 * Stores one part of an upload, in place of one with its number.
 *
 * @throws LoamError `upload-not-found`, `parameter-invalid`, `request-invalid`, `object-too-large`, `storage-full`
 */
export async function uploadPart(
  system: ObjectSystem,
  place: UploadPlace,
  { partNumber, body, checksum, signal, ...sealing }: PartUpload,
): Promise<UploadedPart> {
  checkPartNumber(partNumber);
  const { bucket, upload } = await findUpload(system, place);
  const seal = await sealOf(system, bucket, upload, partNumber, sealing);
  const received = await receiveBytes(system.store, body, {
    inlineLimit: NOTHING_INLINE,
    sizeLimit: MOST_BYTES_AT_ONCE,
    seal,
    signal,
  });
  const part = await keepPart(system, bucket, upload, received, () => {
    const sent = checksum();
    checkAlgorithm(upload, sent?.algorithm);
    return partOf(system, { partNumber, seal }, received, sent);
  });
  return { part, upload };
}

export interface PartCopy extends PartSealing {
  readonly partNumber: number;
  readonly source: CopySource;
  /** `bytes=first-last`, both given; undefined for the whole source. */
  readonly range: string | undefined;
  readonly signal: AbortSignal;
}

export interface CopiedPart extends UploadedPart {
  /** The version that was copied; none where its bucket never kept versions. */
  readonly sourceVersionId: string | undefined;
}

/** Makes a part of the bytes of an object. */
export async function copyPart(
  system: ObjectSystem,
  place: UploadPlace,
  { partNumber, source, range, signal, ...sealing }: PartCopy,
): Promise<CopiedPart> {
  checkPartNumber(partNumber);
  const { bucket, upload } = await findUpload(system, place);
  const algorithm = upload.checksumAlgorithm ?? undefined;
  const seal = await sealOf(system, bucket, upload, partNumber, sealing);
  const limits = { inlineLimit: NOTHING_INLINE, sizeLimit: MOST_BYTES_AT_ONCE, seal };
  const { received, sourceVersionId } = await readObject(
    () => findSource(system, source),
    async (found) => {
      const bytes = range === undefined ? undefined : copyRange(range, found.object.size);
      const reader = { signal, user: sealing.user, customerKey: source.customerKey };
      const taken = await receiveSource(system, found, bytes, reader, { ...limits, algorithm, signal });
      return taken && { received: taken, sourceVersionId: shownVersion(found.bucket, found.object.versionId) };
    },
  );
  const { checksum: value } = received;
  const computed = algorithm && value ? { algorithm, value } : undefined;
  const makePart = () => partOf(system, { partNumber, seal }, received, computed);
  return { part: await keepPart(system, bucket, upload, received, makePart), upload, sourceVersionId };
}

function keepPart(
  system: ObjectSystem,
  bucket: Bucket,
  upload: Upload,
  received: ReceivedBytes,
  makePart: () => Part,
): Promise<Part> {
  return keepOrRemove(system, received, async () => {
    const part = makePart();
    if (await writePart(system.database, bucket, upload, part)) return part;
    throw new LoamError('upload-not-found', { uploadId: upload.uploadId });
  });
}

/** What the bytes of a part are encrypted under. */
type PartSeal = Pick<NewDataKey, 'encryption' | 'dataKey'> & { readonly context: string };

async function sealOf(
  system: ObjectSystem,
  bucket: Bucket,
  upload: Upload,
  partNumber: number,
  { user, customerKey }: PartSealing,
): Promise<PartSeal | undefined> {
  const dataKey = await openDataKey(system, bucket, upload, { user, customerKey });
  const { encryption } = upload;
  return dataKey && encryption ? { encryption, dataKey, context: partContext(partNumber) } : undefined;
}

function partOf(
  { clock }: ObjectSystem,
  { partNumber, seal }: { partNumber: number; seal: PartSeal | undefined },
  { size, md5, content }: ReceivedBytes,
  checksum: SentChecksum | undefined,
): Part {
  return {
    partNumber,
    size,
    etag: entityTag(md5, seal),
    modifiedAt: new Date(clock.now()),
    checksumAlgorithm: checksum?.algorithm ?? null,
    checksum: checksum?.value ?? null,
    bytesId: 'bytesId' in content ? content.bytesId : '',
  };
}

function checkPartNumber(partNumber: number): void {
  if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MOST_PARTS) return;
  throw new LoamError('parameter-invalid', {
    parameter: 'partNumber',
    problem: `is ${partNumber}`,
    allowed: `an integer from 1 to ${MOST_PARTS}`,
  });
}

// Without the parts' checksums, that of the whole could not be told at the end.
function checkAlgorithm({ checksumAlgorithm }: Upload, sent: ChecksumAlgorithm | undefined): void {
  if (checksumAlgorithm === null || checksumAlgorithm === sent) return;
  throw new LoamError('request-invalid', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, actual checksum Type: ${sent?.toLowerCase() ?? 'null'}.`,
  });
}

function copyRange(range: string, size: number) {
  const parsed = /^bytes=\d+-\d+$/.test(range) ? parseRange(range, size) : undefined;
  const wanted = /^bytes=\d+-(\d+)$/.exec(range)?.[1];
  if (parsed && Number(wanted) === parsed.end) return parsed;
  if (parsed) throw new LoamError('range-not-satisfiable', { range, size });
  throw new LoamError('parameter-invalid', {
    parameter: 'x-amz-copy-source-range',
    problem: `is ${range}`,
    allowed: `bytes=first-last within ${size > 0 ? contentRange({ start: 0, end: size - 1 }, size) : 'an object that is not empty'}`,
  });
}
