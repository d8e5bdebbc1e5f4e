import { expect, test } from 'vitest';
import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import { createTokenCounter, rememberWords } from './count-tokens.ts';

const encoder = loadTokenEncoder();
const count = createTokenCounter(encoder);

test('known words count as the embedder divides them', () => {
  const text = 'The participants of the phase 3 trial received 50 mg of the drug, placebo-controlled.';
  expect(count(text)).toBe(encoder.tokenize(text).length);
  expect(count('')).toBe(0);
});

test('what the embedder does not know does not count as nothing', () => {
  expect(count('QUJD'.repeat(1000))).toBeGreaterThan(500);
  expect(count(`the ${'ก'.repeat(60)} dose`)).toBeGreaterThan(50);
});

test('words are counted once, texts each time', () => {
  const asked: string[] = [];
  const remembering = rememberWords((text) => asked.push(text));
  const long = 'a text of more than twenty-four characters';
  expect([remembering('dose'), remembering('dose'), remembering(long), remembering(long)]).toEqual([1, 1, 2, 3]);
  expect(asked).toEqual(['dose', long, long]);
});
