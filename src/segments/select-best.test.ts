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
