import { describe, expect, it } from 'vitest';
import { oppositesOf, synonymsOf } from './synonyms.ts';
import { stemOf } from './words.ts';

describe('synonyms', () => {
  it('are found in any form of the word, both ways', () => {
    expect(synonymsOf(stemOf('founded')).has(stemOf('establishes'))).toBe(true);
    expect(synonymsOf(stemOf('establishing')).has(stemOf('founded'))).toBe(true);
  });

  it('keep the senses of a word apart', () => {
    expect(synonymsOf(stemOf('cancel')).has(stemOf('end'))).toBe(true);
    expect(synonymsOf(stemOf('cancel')).has(stemOf('conclude'))).toBe(false);
  });

  it('are no opposites', () => {
    expect(oppositesOf(stemOf('open')).has(stemOf('closed'))).toBe(true);
    expect(synonymsOf(stemOf('open')).has(stemOf('closed'))).toBe(false);
    expect(oppositesOf('unheard').size).toBe(0);
  });
});
