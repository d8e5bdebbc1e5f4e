import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteRange } from '../objects/contract.ts';
import { FRAME_BYTES, openBytes, openRange, plainSize, sealBytes, sealedSize, sealStream } from './sealed-stream.ts';

const key = randomBytes(32);
const seal = (plain: Uint8Array, context?: string) => buffer(sealStream(key, Readable.from(inChunks(plain)), context));
const reader = (sealed: Buffer) => async (range: ByteRange) =>
  Readable.from(inChunks(sealed.subarray(range.start, range.end + 1)));
const open = (sealed: Buffer, size: number, range?: ByteRange, context = '') =>
  buffer(openRange(key, { read: reader(sealed), size, context }, range));

function* inChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

describe('sealed streams', () => {
  const sizes = [0, 1, 4_096, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 1_000_003];

  it.each(sizes)('give back %i bytes, and take as many as is told', async (size) => {
    const plain = randomBytes(size);
    const sealed = await seal(plain);
    expect(sealed.length).toBe(sealedSize(size));
    expect(plainSize(sealed.length)).toBe(size);
    expect((await open(sealed, size)).equals(plain)).toBe(true);
    expect(openBytes(key, sealed).equals(plain)).toBe(true);
    const together = sealBytes(key, plain);
    expect(together.length).toBe(sealed.length);
    expect((await open(together, size)).equals(plain)).toBe(true);
  });

  it('are read by any range, and no more of them than the frames that hold it', async () => {
    const plain = randomBytes(5 * FRAME_BYTES + 77);
    const sealed = await seal(plain);
    await fc.assert(
      fc.asyncProperty(fc.nat(plain.length - 1), fc.nat(plain.length - 1), async (one, other) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) };
        let taken = 0;
        const counting = async (wanted: ByteRange) => {
          taken += wanted.end - wanted.start + 1;
          return reader(sealed)(wanted);
        };
        const got = await buffer(openRange(key, { read: counting, size: plain.length }, range));
        expect(got.equals(plain.subarray(range.start, range.end + 1))).toBe(true);
        expect(taken).toBeLessThan(range.end - range.start + 2.1 * FRAME_BYTES);
      }),
      { numRuns: 60 },
    );
  });

  it('never hold the plaintext, nor the same bytes twice', async () => {
    const plain = Buffer.alloc(3 * FRAME_BYTES, 'a phrase that is easily found');
    const [one, other] = [await seal(plain), await seal(plain)];
    expect(one.includes('a phrase that')).toBe(false);
    expect(one.equals(other)).toBe(false);
  });

  it('notice changed, missing, exchanged, repeated and borrowed frames', async () => {
    const plain = randomBytes(3 * FRAME_BYTES + 10);
    const sealed = await seal(plain);
    const frame = FRAME_BYTES + 16;
    const piece = (number: number) => sealed.subarray(32 + number * frame, 32 + (number + 1) * frame);
    const salt = sealed.subarray(0, 32);
    const changed = Buffer.from(sealed);
    changed[40_000] = (changed[40_000] ?? 0) ^ 1;
    const other = await seal(plain);
    const forged = [
      changed,
      sealed.subarray(0, sealed.length - 1),
      Buffer.concat([salt, piece(1), piece(0), piece(2), piece(3)]),
      Buffer.concat([salt, piece(0), piece(0), piece(2), piece(3)]),
      Buffer.concat([salt, piece(0), other.subarray(32 + frame, 32 + 2 * frame), piece(2), piece(3)]),
      Buffer.concat([other.subarray(0, 32), sealed.subarray(32)]),
    ];
    for (const bytes of forged) {
      await expect(open(bytes, plain.length)).rejects.toMatchObject({ code: 'bytes-unreadable' });
    }
    // Cut at a frame, and the size changed to fit.
    const short = sealed.subarray(0, 32 + 2 * frame);
    await expect(open(short, 2 * FRAME_BYTES)).rejects.toMatchObject({ code: 'bytes-unreadable' });
    expect(() => openBytes(key, short)).toThrow(/cannot be decrypted/);
  });

  it('open with their own key and in their own context alone', async () => {
    const sealed = await seal(Buffer.from('text'), 'part 1');
    expect((await open(sealed, 4, undefined, 'part 1')).toString()).toBe('text');
    await expect(open(sealed, 4, undefined, 'part 2')).rejects.toMatchObject({ code: 'bytes-unreadable' });
    const wrong = openRange(randomBytes(32), { read: reader(sealed), size: 4, context: 'part 1' });
    await expect(buffer(wrong)).rejects.toMatchObject({ code: 'bytes-unreadable' });
  });

  it('hand on the failure of their source', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield randomBytes(FRAME_BYTES * 2);
      throw new Error('hung up');
    }
    await expect(buffer(sealStream(key, failing()))).rejects.toThrow('hung up');
  });
});
