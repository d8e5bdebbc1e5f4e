import type { _Object, S3Client } from '@aws-sdk/client-s3';

const AT_ONCE = 4;
const MOST_REASONS = 10;
/** Larger objects are passed on as they come; smaller ones are held, so that a failed attempt can be repeated. */
const HELD_BYTES = 8 * 2 ** 20;

export interface Place {
  readonly s3: S3Client;
  readonly bucket: string;
}

export interface Copied {
  copied: number;
  /** Those that were there already, the same. */
  unchanged: number;
  bytes: number;
  failed: number;
  /** Of the first failures. */
  readonly reasons: string[];
}

/**
 * Copies the objects under a prefix, with their types and metadata; the sidecars of documents lie beside them and come along.
 * What is there already, the same, is left alone: a copy that was broken off is gone on with.
 */
export async function copyDocuments(
  from: Place,
  to: Place,
  options: { prefix: string; signal: AbortSignal; onProgress(copied: Copied): void },
): Promise<Copied> {
  const copied: Copied = { copied: 0, unchanged: 0, bytes: 0, failed: 0, reasons: [] };
  await ensureBucket(to, options.signal);
  const present = new Map<string, _Object>();
  for await (const object of objectsOf(to, options.prefix)) present.set(object.Key ?? '', object);
  const running = new Set<Promise<void>>();
  for await (const object of objectsOf(from, options.prefix)) {
    options.signal.throwIfAborted();
    if (isSame(object, present.get(object.Key ?? ''))) copied.unchanged += 1;
    else {
      const copy = copyOne(from, to, { object, copied, signal: options.signal }).finally(() => running.delete(copy));
      running.add(copy);
      if (running.size >= AT_ONCE) await Promise.race(running);
    }
    options.onProgress(copied);
  }
  await Promise.all(running);
  return copied;
}

/** Tags of objects that came in parts, or are encrypted, are none of their content: then it counts which was put later. */
function isSame(source: _Object, present: _Object | undefined): boolean {
  if (!present || present.Size !== source.Size) return false;
  return present.ETag === source.ETag || Number(present.LastModified) >= Number(source.LastModified);
}

async function* objectsOf({ s3, bucket }: Place, prefix: string): AsyncGenerator<_Object> {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    yield* page.Contents ?? [];
}

async function copyOne(
  from: Place,
  to: Place,
  { object, copied, signal }: { object: _Object; copied: Copied; signal: AbortSignal },
): Promise<void> {
  const { GetObjectCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
  const Key = object.Key ?? '';
  try {
    const read = await from.s3.send(new GetObjectCommand({ Bucket: from.bucket, Key }), { abortSignal: signal });
    const length = read.ContentLength ?? 0;
    const body = length <= HELD_BYTES ? await read.Body?.transformToByteArray() : read.Body;
    const write = new PutObjectCommand({
      ...{ Bucket: to.bucket, Key, Body: body ?? '', ContentLength: length },
      ...(read.ContentType !== undefined && { ContentType: read.ContentType }),
      ...(read.ContentEncoding !== undefined && { ContentEncoding: read.ContentEncoding }),
      ...(read.Metadata && { Metadata: read.Metadata }),
    });
    await to.s3.send(write, { abortSignal: signal });
    copied.copied += 1;
    copied.bytes += length;
  } catch (error) {
    signal.throwIfAborted();
    copied.failed += 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (copied.reasons.length < MOST_REASONS) copied.reasons.push(`${Key}: ${reason}`);
  }
}

async function ensureBucket({ s3, bucket: Bucket }: Place, abortSignal: AbortSignal): Promise<void> {
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  try {
    await s3.send(new CreateBucketCommand({ Bucket }), { abortSignal });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  }
}
