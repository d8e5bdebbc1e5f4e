import { expect, test } from 'vitest';
import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import { createTokenCounter } from './count-tokens.ts';

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
