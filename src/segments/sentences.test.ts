import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from './sentences.ts';

describe('sentences', () => {
  it.each([
    [
      'One sentence here. Another one there! Is it?',
      ['One sentence here.', 'Another one there!  Is it?'.replace('  ', ' ')],
    ],
    ['A paragraph of text\n\nAnother paragraph', ['A paragraph of text', 'Another paragraph']],
    ['Dr. Who came in. He sat down then.', ['Dr. Who came in.', 'He sat down then.']],
    ['これは文です。これも文です。', ['これは文です。 これも文です。']],
    ['', []],
    ['tiny', ['tiny']],
  ])('%s', (text, expected) => {
    expect(splitSentences(text)).toEqual(expected);
  });

  it('lose nothing but white space', () => {
    const piece = fc.constantFrom('Word', 'a.', ' ', '\n\n', 'b!', '3.5', '。', 'longer words');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(splitSentences(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
