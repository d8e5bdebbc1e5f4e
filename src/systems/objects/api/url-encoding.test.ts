import { expect, it } from 'vitest';
import { encodeForSome, encodeNames } from './url-encoding.ts';

it.each(['a b', 'a+b', '50%', 'ä/ö', '\n', '\u0001', "(it's)!"])(
  'encodes %j so that every way of decoding gives it back',
  (name) => {
    const encoded = encodeNames('url')(name);
    expect(decodeURIComponent(encoded)).toBe(name);
    expect(decodeURIComponent(encoded.replaceAll('+', '%20'))).toBe(name);
    expect(decodeURIComponent(encodeForSome('url')(name))).toBe(name);
  },
);

it('leaves what is the same either way to clients that do not decode', () => {
  expect(encodeForSome('url')('\n')).toBe('\n');
  expect(encodeForSome('url')('a+b')).toBe('a%2Bb');
  expect(encodeForSome('url')('\u0001')).toBe('%01');
});
