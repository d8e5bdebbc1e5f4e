import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { abortable } from '../../core/abortable.ts';
import { LoamError } from '../../core/errors.ts';
import type { RemoteCall } from './remote-call.ts';

export interface Uploaded {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Whether it went in parts, to the key that was given at its beginning. */
  readonly inParts: boolean;
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

interface Upload {
  readonly client: S3Client;
  readonly call: RemoteCall;
  place(sha256: string | undefined): Target;
}

interface UploadOptions {
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One part, and the most that goes in one request: 10,000 of them hold 78 GiB, sixteen times what one write may have. */
export const PART_BYTES = 8 * 2 ** 20;
// With the one that is being filled an upload holds three parts; garbage that is not yet collected comes on top.
const PARTS_AT_ONCE = 2;

/** Sends a stream of unknown length. Every request carries a checksum that the server verifies; parts are sent again by themselves. */
export async function sendUpload(
  upload: Upload,
  source: AsyncIterable<Uint8Array>,
  options: UploadOptions,
): Promise<Uploaded> {
  const hash = createHash('sha256');
  let size = 0;
  const parts = inParts(options.signal ? abortable(source, options.signal) : source, (part) => {
    hash.update(part);
    size += part.length;
  });
  const finish = (): string => {
    const sha256 = hash.digest('hex');
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new LoamError('bytes-missing', { id: options.sha256 });
    }
    return sha256;
  };
  const first = await parts.next();
  const second = first.done ? first : await parts.next();
  if (!second.done) {
    const sha256 = await sendParts(upload, rejoin([first.value as Uint8Array, second.value], parts), finish, options);
    return { size, sha256, inParts: true };
  }
  const sha256 = finish();
  const { client, call, place } = upload;
  const Body = first.done ? new Uint8Array(0) : first.value;
  await call(() => client.send(new PutObjectCommand({ ...place(sha256), Body }), abortOf(options)), options.signal);
  return { size, sha256, inParts: false };
}

async function sendParts(
  { client, call, place }: Upload,
  parts: AsyncIterable<Uint8Array>,
  finish: () => string,
  options: UploadOptions,
): Promise<string> {
  const target = place(undefined);
  const { UploadId } = await call(
    () => client.send(new CreateMultipartUploadCommand(target), abortOf(options)),
    options.signal,
  );
  const sent = { ...target, UploadId };
  try {
    const done = await sendAll(parts, (Body, PartNumber) =>
      call(() => client.send(new UploadPartCommand({ ...sent, PartNumber, Body }), abortOf(options)), options.signal),
    );
    const sha256 = finish();
    await call(() => client.send(new CompleteMultipartUploadCommand({ ...sent, MultipartUpload: { Parts: done } })));
    return sha256;
  } catch (error) {
    // What cannot be taken back now is collected later by its age.
    await client.send(new AbortMultipartUploadCommand(sent)).catch(() => undefined);
    throw error;
  }
}

/** Sends parts, a few at once. @returns them in order */
async function sendAll(
  parts: AsyncIterable<Uint8Array>,
  send: (bytes: Uint8Array, partNumber: number) => Promise<{ ETag?: string | undefined }>,
): Promise<CompletedPart[]> {
  const done: CompletedPart[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let partNumber = 0;
  for await (const part of parts) {
    partNumber += 1;
    const PartNumber = partNumber;
    const sending = send(part, PartNumber).then(
      ({ ETag }) => {
        done[PartNumber - 1] = { PartNumber, ETag };
      },
      (error: unknown) => {
        failure ??= { error };
      },
    );
    underWay.add(sending);
    void sending.finally(() => underWay.delete(sending));
    if (underWay.size >= PARTS_AT_ONCE) await Promise.race(underWay);
    if (failure) break;
  }
  await Promise.all(underWay);
  if (failure) throw failure.error;
  return done;
}

/** Cuts a stream into parts of PART_BYTES; the last one may be smaller. An empty stream has none. */
async function* inParts(
  source: AsyncIterable<Uint8Array>,
  seen: (part: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    for (let rest: Uint8Array = chunk; rest.length > 0; ) {
      const piece = rest.subarray(0, PART_BYTES - size);
      pieces.push(piece);
      size += piece.length;
      rest = rest.subarray(piece.length);
      if (size < PART_BYTES) continue;
      const part = Buffer.concat(pieces, size);
      [pieces, size] = [[], 0];
      seen(part);
      yield part;
    }
  }
  if (size === 0) return undefined;
  const part = Buffer.concat(pieces, size);
  seen(part);
  yield part;
  return undefined;
}

async function* rejoin(head: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}

function abortOf({ signal }: UploadOptions): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
