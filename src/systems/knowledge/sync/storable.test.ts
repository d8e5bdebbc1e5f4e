import { expect, it } from 'vitest';
import { checkStorable, isStorable } from './storable.ts';

it('takes every text but one with a NUL or half a surrogate pair', () => {
  for (const text of ['', 'plain', '日本語', '🦉', '\u0001\n']) expect(isStorable(text)).toBe(true);
  for (const text of ['a\0b', '\ud83e', 'x\udd89y']) expect(isStorable(text)).toBe(false);
});

it('refuses such metadata wherever it stands', () => {
  const fine = { attributes: { site: 'a', tags: ['b', 'c'], year: 2024, open: true } };
  expect(checkStorable(fine)).toBe(fine);
  for (const attributes of [{ site: '\0' }, { tags: ['a', '\ud83e'] }, { '\0': 1 }]) {
    expect(() => checkStorable({ attributes })).toThrow(/NUL/);
  }
});
