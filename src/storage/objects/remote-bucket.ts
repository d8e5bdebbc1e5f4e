import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ByteRange } from './contract.ts';
import { callsOf, ifThere, type RemoteCall } from './remote-call.ts';
import { readRemote } from './remote-read.ts';
import { sendUpload, type Uploaded } from './remote-upload.ts';
import type { BucketPlace } from './s3-url.ts';

/** Keys and bytes in a bucket of an S3 server, below a prefix that the keys given here do not name. */
export interface RemoteBucket {
  /**
   * Stores a stream: in one request when it is small, else in parts, of which a few are in memory. `keyOf` is asked for the key
   * when that is known: of a small one at its end, of a large one (`sha256` undefined) at its beginning.
   *
   * @param options.sha256 what the bytes must hash to
   * @throws LoamError `bytes-missing` when they do not, `storage-unavailable`; nothing is stored then
   */
  put(
    source: AsyncIterable<Uint8Array>,
    keyOf: (sha256: string | undefined) => string,
    options?: { sha256?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<Uploaded>;
  putSmall(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * The stream goes on by itself where a connection was lost, and fails when what was read whole has another hash.
   *
   * @returns undefined when there is nothing of that key
   */
  read(
    key: string,
    options?: { range?: ByteRange | undefined; sha256?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<Readable | undefined>;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** Keys in order, without the bucket's prefix. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number; readonly writtenAt: Date }>;
  /** Ends uploads in parts that began before `before`. @returns how many */
  abortUploads(before: Date): Promise<number>;
  /** `s3://bucket/prefix at https://host` */
  readonly where: string;
  close(): void;
}

// What a busy or restarting server needs to come back: waits of up to 20 s, doubled and scattered, are the SDK's.
const MOST_ATTEMPTS = 5;
const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;
const MOST_SOCKETS = 64;

/** @throws LoamError `storage-unavailable` when the bucket is not there or may not be used */
export async function openRemoteBucket(place: BucketPlace): Promise<RemoteBucket> {
  const client = clientOf(place);
  const where = `s3://${place.bucket}/${place.prefix}${place.endpoint ? ` at ${place.endpoint}` : ''}`;
  const call = callsOf(where);
  await call(() => client.send(new HeadBucketCommand({ Bucket: place.bucket })));
  const at = (key: string) => ({ Bucket: place.bucket, Key: `${place.prefix}${key}` });
  return {
    where,
    put: (source, keyOf, options = {}) =>
      sendUpload({ client, call, place: (sha256) => at(keyOf(sha256)) }, source, options),
    async putSmall(key, bytes) {
      await call(() => client.send(new PutObjectCommand({ ...at(key), Body: bytes })));
    },
    read: (key, options = {}) => readRemote({ client, call }, at(key), options),
    async has(key) {
      return (await ifThere(call(() => client.send(new HeadObjectCommand(at(key)))))) !== undefined;
    },
    async remove(key) {
      await ifThere(call(() => client.send(new DeleteObjectCommand(at(key)))));
    },
    list: (prefix) => list(client, call, place, prefix),
    abortUploads: (before) => abortUploads(client, call, place, before),
    close: () => client.destroy(),
  };
}

function clientOf({ endpoint, region, credentials }: BucketPlace): S3Client {
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    maxAttempts: MOST_ATTEMPTS,
    // Our own hash is checked; asking for the server's as well would cost each read a second one.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
  });
}

async function* list(client: S3Client, call: RemoteCall, { bucket, prefix }: BucketPlace, below: string) {
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${prefix}${below}` })[
    Symbol.asyncIterator
  ]();
  for (;;) {
    const { done, value } = await call(() => pages.next());
    if (done) return;
    for (const { Key = '', Size = 0, LastModified = new Date() } of value.Contents ?? []) {
      yield { key: Key.slice(prefix.length), size: Size, writtenAt: LastModified };
    }
  }
}

async function abortUploads(
  client: S3Client,
  call: RemoteCall,
  { bucket, prefix }: BucketPlace,
  before: Date,
): Promise<number> {
  const from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (let aborted = 0; ; ) {
    const page = await call(() =>
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from })),
    );
    for (const { Key, UploadId, Initiated = new Date() } of page.Uploads ?? []) {
      if (Initiated >= before) continue;
      await call(() => client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })));
      aborted += 1;
    }
    if (!page.IsTruncated) return aborted;
    from.KeyMarker = page.NextKeyMarker;
    from.UploadIdMarker = page.NextUploadIdMarker;
  }
}
