import { describe, expect, it } from 'vitest';
import { brokenQuestions, rankPlaces, summarize } from './measure.ts';

const place = (key: string, page?: number) => ({ uri: `s3://bucket/${key}`, ...(page !== undefined && { page }) });

describe('rankPlaces', () => {
  it('finds a document by key or URI, on its page where one is named', () => {
    const retrieved = [place('x.pdf', 1), place('a.pdf', 2), place('a.pdf', 3)];
    expect(rankPlaces([{ document: 'a.pdf' }], retrieved).rank).toBe(2);
    expect(rankPlaces([{ document: 's3://bucket/a.pdf', page: 3 }], retrieved).rank).toBe(3);
    expect(rankPlaces([{ document: 'a.pdf', page: 4 }], retrieved)).toEqual({ rank: null, ndcg: 0 });
  });

  it('gives 1 to the best ranking and less to later finds', () => {
    const retrieved = [place('a.pdf'), place('b.pdf'), place('c.pdf')];
    expect(rankPlaces([{ document: 'a.pdf' }, { document: 'b.pdf' }], retrieved).ndcg).toBe(1);
    expect(rankPlaces([{ document: 'c.pdf' }], retrieved).ndcg).toBeCloseTo(0.5);
    expect(rankPlaces([{ document: 'a.pdf' }], []).ndcg).toBe(0);
  });

  it('counts a document once, however many of its passages come', () => {
    const retrieved = [place('a.pdf', 1), place('a.pdf', 2), place('b.pdf')];
    const ideal = 1 + 1 / Math.log2(3);
    expect(rankPlaces([{ document: 'a.pdf' }, { document: 'b.pdf' }], retrieved).ndcg).toBeCloseTo((1 + 0.5) / ideal);
  });
});

describe('summarize', () => {
  it('leaves questions without an answer out of the ranking figures', () => {
    const questions = [
      { question: 'one', expected: [{ document: 'a' }] },
      { question: 'two', expected: [{ document: 'b' }] },
      { question: 'three', expected: [] },
    ];
    const results = [
      { question: 'one', rank: 1, ndcg: 1, retrieved: [], answered: true, unsupportedSentences: 1 },
      { question: 'two', rank: null, ndcg: 0, retrieved: [], answered: false, unsupportedSentences: 0 },
      { question: 'three', retrieved: [], answered: false, unsupportedSentences: 0 },
    ];
    expect(summarize(questions, results)).toEqual({
      questions: 3,
      hitRate: 0.5,
      ndcg: 0.5,
      answers: { answeredOfAnswerable: 0.5, refusedOfUnanswerable: 1, unsupportedSentences: 1 },
    });
    expect(summarize([], [])).toEqual({ questions: 0, hitRate: 1, ndcg: 1 });
  });
});

it('names the questions that a change has broken', () => {
  const before = [
    { question: 'one', rank: 1, ndcg: 1, retrieved: [] },
    { question: 'two', rank: null, ndcg: 0, retrieved: [] },
  ];
  const after = [
    { question: 'one', rank: 2, ndcg: 0.63, retrieved: [] },
    { question: 'two', rank: 1, ndcg: 1, retrieved: [] },
  ];
  expect(brokenQuestions(before, after).map(({ question }) => question)).toEqual(['one']);
});
