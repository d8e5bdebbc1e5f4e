import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMarkerReader } from './citation-markers.ts';

function readAll(pieces: readonly string[]): { text: string; cited: [string, readonly number[]][] } {
  const reader = createMarkerReader();
  let text = pieces.map((piece) => reader.push(piece)).join('');
  const { rest, parts } = reader.finish();
  text += rest;
  return { text, cited: parts.map(({ start, end, numbers }) => [text.slice(start, end), numbers]) };
}

test('markers are taken out and cite their sentence', () => {
  expect(readAll(['Nausea is mild [1][3]. It passes.[2] Nobody knows why. Ask [1, 2] them.'])).toEqual({
    text: 'Nausea is mild. It passes. Nobody knows why. Ask them.',
    cited: [
      ['Nausea is mild.', [1, 3]],
      ['It passes.', [2]],
      ['Ask them.', [1, 2]],
    ],
  });
});

test('brackets that are no markers stay', () => {
  const text = 'A [sic] b[0] of x[i], [ and [12';
  expect(readAll([text]).text).toBe('A [sic] b of x[i], [ and [12');
});

test('however the text is cut, the same comes out', () => {
  const word = fc.constantFrom('It', ' is', '.', ' ', '[1]', ' [2]', '[3, 4]', '[', ']', '12', '\n', '[x]', '!');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.array(fc.nat(5), { maxLength: 60 }), (words, cuts) => {
      const text = words.join('');
      const pieces: string[] = [];
      let at = 0;
      for (const cut of cuts) {
        pieces.push(text.slice(at, at + cut));
        at += cut;
      }
      pieces.push(text.slice(at));
      expect(readAll(pieces)).toEqual(readAll([text]));
    }),
  );
});
