import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentRange, parseRange } from './ranges.ts';

describe('ranges', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=5-', { start: 5, end: 99 }],
    ['bytes=-5', { start: 95, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes = 0 - 9', { start: 0, end: 9 }],
  ])('%s', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range);
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=9-5', 'bytes=a-b', 'bytes=0-1,3-4', 'lines=1-2'])(
    '%s is none',
    (header) => {
      expect(parseRange(header, 100)).toBeUndefined();
    },
  );

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%s cannot be satisfied', (header) => {
    expect(() => parseRange(header, 100)).toThrow('not satisfiable');
    expect(() => parseRange(header, 0)).toThrow('not satisfiable');
  });

  it('never reach out of the object', () => {
    const number = fc.oneof(fc.constant(''), fc.nat(300).map(String));
    fc.assert(
      fc.property(number, number, fc.nat(200), (first, last, size) => {
        let range: ReturnType<typeof parseRange>;
        try {
          range = parseRange(`bytes=${first}-${last}`, size);
        } catch (error) {
          expect(error).toMatchObject({ code: 'range-not-satisfiable' });
          return;
        }
        if (!range) return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });

  it('are told with the size', () => {
    expect(contentRange({ start: 1, end: 2 }, 10)).toBe('bytes 1-2/10');
  });
});
