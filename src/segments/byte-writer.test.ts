import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './byte-writer.ts';

describe('varints', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 2 ** 32 - 1 }))), (numbers) => {
        const writer = new ByteWriter(1);
        for (const number of numbers) writer.varint(number);
        const reader = new ByteReader(writer.finish());
        expect(numbers.map(() => reader.varint())).toEqual(numbers);
        expect(reader.position).toBe(writer.length);
      }),
    );
  });

  it('take a byte below 128 and five at most', () => {
    const writer = new ByteWriter();
    writer.varint(127);
    expect(writer.length).toBe(1);
    writer.varint(2 ** 32 - 1);
    expect(writer.length).toBe(6);
  });
});
