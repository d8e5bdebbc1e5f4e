import { expect, test } from 'vitest';
import { createReranker } from './reranker.ts';
import { loadTokenEncoder } from './token-encoder.ts';

const { signal } = new AbortController();
const reranker = createReranker(loadTokenEncoder(), undefined);
const documents = [
  'The canteen serves lunch from noon.',
  'Aspirin lowers the risk of a heart attack in older patients.',
  'Patients are asked to arrive ten minutes early.',
  'Myocardial infarction is prevented by small doses of acetylsalicylic acid.',
];

test('documents are scored by words and by meaning, each in its place', async () => {
  const { scores } = await reranker.doRerank({ query: 'Does aspirin prevent heart attacks?', documents, signal });
  const order = scores.map((_, place) => place).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  expect(order.slice(0, 2)).toEqual([1, 3]);
  for (const score of scores) expect(score > 0 && score < 1).toBe(true);
});

test('equal texts score alike, and nothing gives nothing', async () => {
  const { scores } = await reranker.doRerank({ query: 'aspirin', documents: ['aspirin', 'aspirin', ''], signal });
  expect(scores[0]).toBe(scores[1]);
  expect((await reranker.doRerank({ query: 'aspirin', documents: [], signal })).scores).toEqual([]);
});
