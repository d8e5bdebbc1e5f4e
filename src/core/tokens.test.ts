import { expect, it } from 'vitest';
import { estimateTokens } from './tokens.ts';

it.each([
  ['', 0],
  ['Give 2.5 mg daily.', 7],
  ['randomisation', 2],
  ['2024', 2],
  ['治験', 2],
  ['well-being', 3],
])('counts the tokens of %j', (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});
