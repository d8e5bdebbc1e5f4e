import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoamError } from '../core/errors.ts';
import { Sections, SectionWriter } from './container.ts';

const damaged = expect.toSatisfy((caught) => isLoamError(caught, 'segment-damaged'));

function write(): Uint8Array {
  const writer = new SectionWriter();
  writer.add('small', Uint8Array.of(1, 2, 3));
  writer.add('floats', Float32Array.of(0.5, -1));
  writer.add('empty', new Uint32Array(0));
  writer.add('wide', Uint32Array.of(7, 2 ** 32 - 1));
  return new Uint8Array(writer.finish({ chunks: 3, text: 'größer' }));
}

describe('a segment file', () => {
  it('gives back facts and sections, wherever its bytes lie', () => {
    const shifted = new Uint8Array(write().length + 3);
    shifted.set(write(), 3);
    const sections = new Sections('s', shifted.subarray(3));
    expect(sections.facts).toEqual({ chunks: 3, text: 'größer' });
    expect([...sections.uint8('small')]).toEqual([1, 2, 3]);
    expect([...sections.float32('floats')]).toEqual([0.5, -1]);
    expect([...sections.uint32('empty')]).toEqual([]);
    expect([...sections.uint32('wide')]).toEqual([7, 2 ** 32 - 1]);
    expect(sections.has('other')).toBe(false);
  });

  it('is refused when it is cut off anywhere', () => {
    const bytes = write();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => new Sections('s', bytes.subarray(0, length))).toThrowError(damaged);
    }
  });

  it('is refused when any bit is flipped', () => {
    const bytes = write();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        expect(() => new Sections('s', flipped)).toThrowError(damaged);
      }),
      { numRuns: 500 },
    );
  });

  it('names the segment and the section that is missing or of another type', () => {
    const sections = new Sections('segment-7', write());
    expect(() => sections.uint8('other')).toThrowError(/segment-7.*section other/);
    expect(() => sections.uint32('small')).toThrowError(/section small/);
  });
});
