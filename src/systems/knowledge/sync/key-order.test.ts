import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from './key-order.ts';

// Either side of the surrogates, where UTF-16 and UTF-8 disagree.
const unit = fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}');
const key = fc.string({ unit, maxLength: 6 });

test('keys are ordered as their UTF-8 bytes are', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(Math.sign(compareKeys(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
    }),
  );
  expect(compareKeys('\u{1f600}', '\uffff')).toBe(1);
});
