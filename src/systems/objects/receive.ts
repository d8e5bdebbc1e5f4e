import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, createChecksum } from '../../core/checksums.ts';
import { LoamError } from '../../core/errors.ts';
import { sealBytes, sealStream } from '../../storage/keys/sealed-stream.ts';
import type { ObjectStore } from '../../storage/objects/contract.ts';

/** Bytes taken in: small ones in memory, greater ones in the store. */
export interface ReceivedBytes {
  readonly size: number;
  readonly md5: Buffer;
  /** Base64, when an algorithm was asked for. */
  readonly checksum: string | undefined;
  readonly content: { readonly inlineBytes: Buffer } | { readonly bytesId: string };
}

export interface ReceiveOptions {
  /** Up to this many bytes stay in memory, to be kept in a row. */
  readonly inlineLimit: number;
  /** @throws LoamError `object-too-large` beyond it */
  readonly sizeLimit: number;
  readonly algorithm?: ChecksumAlgorithm | undefined;
  /** What the bytes are encrypted under; size and sums are of the plaintext. */
  readonly seal?: { readonly dataKey: Uint8Array; readonly context?: string } | undefined;
  readonly signal: AbortSignal;
}

/**
 * Takes in a stream of bytes of unknown length. Memory holds what the inline limit allows and what is under way to the store.
 * When the source fails nothing stays behind.
 */
export async function receiveBytes(
  store: ObjectStore,
  source: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedBytes> {
  const meter = createMeter(options);
  const chunks = metered(source, meter)[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  while (meter.size <= options.inlineLimit) {
    const next = await chunks.next();
    if (next.done) return { ...meter.finish(), content: { inlineBytes: sealed(Buffer.concat(head), options) } };
    head.push(next.value);
  }
  const { id } = await store.write(sealedStream(continued(head, chunks), options), { signal: options.signal });
  return { ...meter.finish(), content: { bytesId: id } };
}

function sealed(bytes: Buffer, { seal }: ReceiveOptions): Buffer {
  return seal ? sealBytes(seal.dataKey, bytes, seal.context) : bytes;
}

function sealedStream(bytes: AsyncGenerator<Uint8Array>, { seal }: ReceiveOptions): AsyncGenerator<Uint8Array> {
  return seal ? sealStream(seal.dataKey, bytes, seal.context) : bytes;
}

interface Meter {
  readonly size: number;
  take(chunk: Uint8Array): void;
  finish(): { size: number; md5: Buffer; checksum: string | undefined };
}

function createMeter({ algorithm, sizeLimit }: ReceiveOptions): Meter {
  const md5 = createHash('md5');
  const checksum = algorithm && createChecksum(algorithm);
  let size = 0;
  return {
    get size() {
      return size;
    },
    take(chunk) {
      size += chunk.length;
      if (size > sizeLimit) throw new LoamError('object-too-large', { limit: sizeLimit });
      md5.update(chunk);
      checksum?.update(chunk);
    },
    finish: () => ({ size, md5: md5.digest(), checksum: checksum?.digest().toString('base64') }),
  };
}

async function* metered(source: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    meter.take(chunk);
    yield chunk;
  }
}

async function* continued(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> & AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}
