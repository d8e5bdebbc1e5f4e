import { expect, it } from 'vitest';
import { reasonsAgainst } from './guard.ts';

const result = (question: string, rank: number | null, ndcg: number) => ({ question, rank, ndcg, retrieved: [] });
const before = { hitRate: 1, ndcg: 0.9, results: [result('One?', 1, 1), result('Two?', 2, 0.8)] };
const guard = { evaluation: 'handbook', tolerance: 0 };

it('holds when nothing falls, or by no more than the tolerance', () => {
  expect(reasonsAgainst(guard, before, before)).toEqual([]);
  const lower = { ...before, ndcg: 0.88 };
  expect(reasonsAgainst({ ...guard, tolerance: 0.05 }, before, lower)).toEqual([]);
  expect(reasonsAgainst(guard, before, { ...before, ndcg: 0.9 - 1e-12 })).toEqual([]);
});

it('tells the figures and the questions that are worse off', () => {
  const after = { hitRate: 0.5, ndcg: 0.5, results: [result('One?', null, 0), result('Two?', 1, 1)] };
  expect(reasonsAgainst(guard, before, after)).toEqual([
    'The index stays as it was: with what this sync has built, the evaluation handbook falls (hit rate 1.000 → 0.500, nDCG 0.900 → 0.500).',
    '“One?”: found at rank 1 before, not found now.',
  ]);
});
