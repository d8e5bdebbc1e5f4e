import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectBest } from './select-best.ts';

it('selects what sorting everything would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(30), (values, count) => {
      const scores = Float64Array.from(values);
      const items = Uint32Array.from(scores.keys()).filter((i) => i % 5 !== 3);
      const order = (a: number, b: number) => (scores[b] as number) - (scores[a] as number) || b - a;
      expect(selectBest(items, scores, count, (a, b) => b - a)).toEqual(items.toSorted(order).slice(0, count));
    }),
  );
});

it('selects the same of many, whether a sample tells where the best begin or misleads', () => {
  const shapes: ((i: number) => number)[] = [
    (i) => (Math.imul(i + 1, 2_654_435_761) >>> 0) % 100_000,
    (i) => i,
    (i) => -i,
    (i) => (i % 3000 === 7 ? 1 : 0),
    () => 5,
    // What the sample looks at is worse than all else.
    (i) => (i % 10 === 0 ? 0 : 1 + (i % 17)),
  ];
  for (const shape of shapes) {
    const scores = Float64Array.from({ length: 20_480 }, (_, i) => shape(i));
    const items = Uint32Array.from(scores.keys());
    const order = (a: number, b: number) => (scores[b] as number) - (scores[a] as number) || a - b;
    for (const count of [1, 10, 1_000]) {
      expect(selectBest(items, scores, count, (a, b) => a - b)).toEqual(items.toSorted(order).slice(0, count));
    }
  }
});
