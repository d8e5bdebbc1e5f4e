import { describe, expect, it } from 'vitest';
import { openKernel } from '../src/kernel/index.ts';
import { loadTokenEncoder } from '../src/models/embedded/token-encoder.ts';
import { hasSciFact, ndcgAtTen, readSciFactChunks, readSciFactQueries } from './support/scifact.ts';
import { indexOf } from './support/segments.ts';

if (!hasSciFact) console.info('Retrieval quality is not measured: ../shared/data/retrieval/scifact is not here.');

describe.skipIf(!hasSciFact)('retrieval on SciFact test, embedded only', () => {
  it('reaches its bars: BM25 alone .675, hybrid .69', { timeout: 120_000 }, async () => {
    const index = indexOf([readSciFactChunks()], { encoder: loadTokenEncoder(), kernel: await openKernel() });
    const queries = readSciFactQueries('test');
    const sums = { bm25: 0, hybrid: 0 };
    for (const { text, relevance } of queries) {
      const { hits } = await index.search({ text, mode: 'lexical', limit: 50 });
      sums.bm25 += ndcgAtTen(
        hits.toSorted((a, b) => (b.parts.body ?? 0) - (a.parts.body ?? 0)),
        relevance,
      );
      sums.hybrid += ndcgAtTen((await index.search({ text, mode: 'hybrid', limit: 10 })).hits, relevance);
    }
    expect(sums.bm25 / queries.length).toBeGreaterThanOrEqual(0.675);
    expect(sums.hybrid / queries.length).toBeGreaterThanOrEqual(0.69);
  });
});
