import { describe, expect, it } from 'vitest';
import { cloudQueryCost } from './query-cost.ts';
import { documentOf, reportShadow, type ShadowAnswer } from './shadow.ts';

const answer = (latencyMs: number, ...documents: string[]): ShadowAnswer => ({
  latencyMs,
  passages: documents.map((document) => ({ document, text: '' })),
});

describe('reportShadow', () => {
  it('measures overlap of documents among the first k, and latency by the nearest rank', () => {
    const report = reportShadow(
      [
        { query: 'same', cloud: answer(10, 'a', 'b'), loam: answer(1, 'b', 'a') },
        { query: 'half', cloud: answer(30, 'a', 'b', 'x'), loam: answer(2, 'a', 'c', 'x') },
        { query: 'none', cloud: answer(20), loam: answer(3) },
      ],
      2,
    );
    expect(report).toMatchObject({
      queries: 3,
      compared: 3,
      overlap: 2.5 / 3,
      latency: { cloud: { p50Ms: 20, p95Ms: 30 }, loam: { p50Ms: 2, p95Ms: 3 } },
      mostDifferent: [{ query: 'half', overlap: 0.5, onlyCloud: ['b'], onlyLoam: ['c'] }],
    });
    expect(report.sameFirst).toBeCloseTo(2 / 3);
  });

  it('counts failures of each place, and leaves their queries out of the figures', () => {
    const report = reportShadow([{ query: 'q', cloud: { error: 'throttled' }, loam: answer(1, 'a') }], 5);
    expect(report).toMatchObject({ compared: 0, failed: { cloud: 1, loam: 0 }, errors: ['cloud: q: throttled'] });
    expect([report.overlap, report.latency.cloud]).toEqual([undefined, undefined]);
  });

  it('compares documents without their buckets', () => {
    expect(documentOf('s3://old/folder/a.pdf')).toBe('folder/a.pdf');
    expect(documentOf('https://a.test/x')).toBe('https://a.test/x');
  });
});

describe('cloudQueryCost', () => {
  it('is told where its price is given, and is unknown elsewhere', () => {
    const embeddingModelArn = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0';
    expect(cloudQueryCost({ embeddingModelArn, price: 0.5 }, ['one two three']).perThousandQueries).toBeCloseTo(1.5);
    expect(cloudQueryCost({ embeddingModelArn, price: undefined }, ['one'])).toMatchObject({
      perThousandQueries: undefined,
      note: expect.stringContaining('unknown: say with --price what 1,000 tokens of amazon.titan-embed-text-v2:0 cost'),
    });
  });
});
