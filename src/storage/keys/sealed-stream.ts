import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';
import type { ByteRange } from '../objects/contract.ts';

/**
 * Encrypted and authenticated streams that can be read by range.
 *
 * ```
 * salt (32 bytes) | frame 0 | frame 1 | … | last frame        frame = ciphertext (65,536 bytes; the last 0 to 65,536) | tag (16)
 * ```
 *
 * Each stream has a key of its own, HKDF-SHA256 (RFC 5869) of the data key with the salt and the context, so nonces may be plain
 * numbers: the frame's number and, in the last byte, whether it is the last one. A frame that was changed, moved, left out, taken
 * from another stream or that is not the last one where the stream ends does not open (the STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
 */
export const FRAME_BYTES = 65_536;
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const ALGORITHM = 'aes-256-gcm';
const SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES;

/** Bytes that a stream of `size` bytes takes once it is sealed. */
export function sealedSize(size: number): number {
  return SALT_BYTES + size + frameCount(size) * TAG_BYTES;
}

/** The size that was sealed into so many bytes; undefined when no stream takes that many. */
export function plainSize(sealed: number): number | undefined {
  const frames = Math.max(1, Math.ceil((sealed - SALT_BYTES) / SEALED_FRAME_BYTES));
  const size = sealed - SALT_BYTES - frames * TAG_BYTES;
  return size >= 0 && sealedSize(size) === sealed ? size : undefined;
}

/**
 * Seals a stream of unknown length; memory holds one frame.
 *
 * @param key 32 bytes
 * @param context what the stream is within all that its data key seals (`part 7`); not stored, needed to open it
 */
export async function* sealStream(
  key: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  context = '',
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const streamKey = deriveKey(key, salt, context);
  yield salt;
  let number = 0;
  let waiting: Buffer | undefined;
  for await (const frame of framesOf(source)) {
    // Only when the next one is there it is known that a frame was not the last.
    if (waiting) yield sealFrame(streamKey, { number: number++, isLast: false }, waiting);
    waiting = frame;
  }
  yield sealFrame(streamKey, { number, isLast: true }, waiting ?? Buffer.alloc(0));
}

/** Seals bytes that are in memory, as `sealStream` would. */
export function sealBytes(key: Uint8Array, plaintext: Uint8Array, context = ''): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const streamKey = deriveKey(key, salt, context);
  const last = frameCount(plaintext.length) - 1;
  const frames = Array.from({ length: last + 1 }, (_, number) => {
    const part = plaintext.subarray(number * FRAME_BYTES, (number + 1) * FRAME_BYTES);
    return sealFrame(streamKey, { number, isLast: number === last }, part);
  });
  return Buffer.concat([salt, ...frames]);
}

/** @throws LoamError `bytes-unreadable` */
export function openBytes(key: Uint8Array, sealed: Uint8Array, context = ''): Buffer {
  const size = plainSize(sealed.length);
  if (size === undefined) throw new LoamError('bytes-unreadable', {});
  const streamKey = deriveKey(key, sealed.subarray(0, SALT_BYTES), context);
  const last = frameCount(size) - 1;
  const frames = Array.from({ length: last + 1 }, (_, number) => {
    const start = SALT_BYTES + number * SEALED_FRAME_BYTES;
    return openFrame(
      streamKey,
      { number, isLast: number === last },
      sealed.subarray(start, start + SEALED_FRAME_BYTES),
    );
  });
  return Buffer.concat(frames);
}

export interface SealedBytes {
  /** Reads a range of the sealed bytes. */
  read(range: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** The size of what was sealed. */
  readonly size: number;
  readonly context?: string;
}

/**
 * Opens a range of a sealed stream: reads the frames that hold it and nothing else. What it gives was authenticated.
 *
 * @param range of the plaintext; all of it by default
 * @throws LoamError `bytes-unreadable` at the first frame that does not open
 */
export async function* openRange(key: Uint8Array, sealed: SealedBytes, range?: ByteRange): AsyncGenerator<Buffer> {
  const { start, end } = range ?? { start: 0, end: sealed.size - 1 };
  const last = frameCount(sealed.size) - 1;
  const first = Math.floor(start / FRAME_BYTES);
  const final = Math.max(first, Math.floor(end / FRAME_BYTES));
  const pieces = cut(await readFrames(sealed, first, Math.min(final, last)));
  const salt = first === 0 ? await pieces.take(SALT_BYTES) : await readSalt(sealed);
  const streamKey = deriveKey(key, salt, sealed.context ?? '');
  try {
    for (let number = first; number <= final; number += 1) {
      const wanted = Math.min(FRAME_BYTES, sealed.size - number * FRAME_BYTES) + TAG_BYTES;
      const frame = openFrame(streamKey, { number, isLast: number === last }, await pieces.take(wanted));
      const from = Math.max(0, start - number * FRAME_BYTES);
      const part = frame.subarray(from, end - number * FRAME_BYTES + 1);
      if (part.length > 0) yield part;
    }
  } finally {
    await pieces.close();
  }
}

function readFrames({ read, size }: SealedBytes, first: number, final: number): Promise<AsyncIterable<Uint8Array>> {
  const start = first === 0 ? 0 : SALT_BYTES + first * SEALED_FRAME_BYTES;
  return read({ start, end: Math.min(SALT_BYTES + (final + 1) * SEALED_FRAME_BYTES, sealedSize(size)) - 1 });
}

async function readSalt({ read }: SealedBytes): Promise<Buffer> {
  const pieces = cut(await read({ start: 0, end: SALT_BYTES - 1 }));
  try {
    return await pieces.take(SALT_BYTES);
  } finally {
    await pieces.close();
  }
}

function frameCount(size: number): number {
  return Math.max(1, Math.ceil(size / FRAME_BYTES));
}

function deriveKey(key: Uint8Array, salt: Uint8Array, context: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `loam/stream/1/${context}`, KEY_BYTES));
}

interface FrameName {
  readonly number: number;
  readonly isLast: boolean;
}

function nonceOf({ number, isLast }: FrameName): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(number, 5, 6);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

function sealFrame(key: Uint8Array, name: FrameName, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonceOf(name));
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function openFrame(key: Uint8Array, name: FrameName, sealed: Uint8Array): Buffer {
  const split = sealed.length - TAG_BYTES;
  if (split < 0) throw new LoamError('bytes-unreadable', {});
  const decipher = createDecipheriv(ALGORITHM, key, nonceOf(name), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(split));
  const plaintext = decipher.update(sealed.subarray(0, split));
  try {
    decipher.final();
    return plaintext;
  } catch (error) {
    throw new LoamError('bytes-unreadable', {}, { cause: error });
  }
}

/** Chunks of any size as frames of one size; the last one is what is left. */
async function* framesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let frame = Buffer.allocUnsafe(FRAME_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const length = Math.min(FRAME_BYTES - filled, chunk.length - from);
      frame.set(chunk.subarray(from, from + length), filled);
      filled += length;
      from += length;
      if (filled < FRAME_BYTES) continue;
      yield frame;
      frame = Buffer.allocUnsafe(FRAME_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield frame.subarray(0, filled);
}

interface Pieces {
  /** @throws LoamError `bytes-unreadable` when the source ends before */
  take(length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Takes pieces of given lengths out of chunks of any size. */
function cut(source: AsyncIterable<Uint8Array>): Pieces {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async take(length) {
      const parts: Uint8Array[] = [];
      for (let missing = length; missing > 0; ) {
        if (rest.length === 0) {
          const next = await chunks.next();
          if (next.done) throw new LoamError('bytes-unreadable', {});
          rest = next.value;
        }
        const part = rest.subarray(0, missing);
        rest = rest.subarray(part.length);
        missing -= part.length;
        parts.push(part);
      }
      const [only] = parts;
      return parts.length === 1 && only ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(parts);
    },
    async close() {
      await chunks.return?.();
    },
  };
}
