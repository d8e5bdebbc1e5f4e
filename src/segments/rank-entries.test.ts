import { expect, it } from 'vitest';
import { openKernel } from '../kernel/index.ts';
import { loadTokenEncoder } from '../models/embedded/token-encoder.ts';
import { buildSegment } from './build.ts';
import type { Chunk, SearchMode } from './contract.ts';
import type { CorpusStatistics, Entry } from './entry.ts';
import { addSegment, emptyManifest } from './manifest.ts';
import { openIndex } from './open-index.ts';
import { createRanker } from './rank-entries.ts';
import { readEntries } from './read-entries.ts';

const WORDS =
  'trial protocol consent dose placebo visit blood heart kidney tumour drug safety endpoint week adverse event';
const words = WORDS.split(' ');
const chunks: Chunk[] = Array.from({ length: 300 }, (_, i) => ({
  id: `d${i % 60}:${i}`,
  documentId: `d${i % 60}`,
  text: Array.from({ length: 12 }, (_, j) => words[(i * 7 + j * (1 + (i % 5)) + (i >> 3)) % words.length]).join(' '),
  ...(i % 3 === 0 && { title: `About the ${words[i % words.length]}` }),
  metadata: { number: i },
}));

function statisticsOf(entries: readonly Entry[]): CorpusStatistics {
  const frequencies: Record<string, { body: number; title: number }> = {};
  const sums = { body: [0, 0], title: [0, 0] } as Record<'body' | 'title', [number, number]>;
  for (const entry of entries) {
    for (const field of ['body', 'title'] as const) {
      if (entry[field].length > 0) sums[field] = [sums[field][0] + entry[field].length, sums[field][1] + 1];
      for (const term of Object.keys(entry[field].counts)) {
        const known = frequencies[term] ?? { body: 0, title: 0 };
        known[field] += 1;
        frequencies[term] = known;
      }
    }
  }
  const average = ([sum, having]: [number, number]) => (having === 0 ? 1 : sum / having);
  return {
    chunks: entries.length,
    passed: entries.length,
    averages: { body: average(sums.body), title: average(sums.title) },
    frequencies,
  };
}

it('ranks chunks that lie elsewhere as the index ranks them', async () => {
  const [encoder, kernel] = [loadTokenEncoder(), await openKernel()];
  const built = buildSegment(chunks, { encoder, kernel });
  const bytes = new Uint8Array(built.bytes);
  const segment = { id: 's', bytesId: 's', built };
  const manifest = addSegment(emptyManifest(built.embedder), segment);
  const index = openIndex({ manifest, bytes: new Map([['s', bytes]]), encoder, kernel });
  const { entries } = readEntries({ id: 's', bytes, dead: new Set() }, { from: 0, atLeast: 10_000 });
  expect(entries).toHaveLength(chunks.length);
  const ranker = createRanker(encoder, kernel);
  const known = statisticsOf(entries);
  const ranked = entries.toReversed().map(({ chunk, vector }) => ({ ...chunk, vector }));
  for (const text of ['consent before the first dose', 'kidney safety week', 'heart', 'nothing of this kind']) {
    const none = Object.fromEntries(ranker.terms(text).map((term) => [term, { body: 0, title: 0 }]));
    const statistics = { ...known, frequencies: { ...none, ...known.frequencies } };
    for (const mode of ['hybrid', 'semantic', 'lexical'] as SearchMode[]) {
      const { hits } = await index.search({ text, mode, limit: 10 });
      const again = ranker.rank({ text, mode, limit: 10, statistics, chunks: ranked, legs: {} });
      // A float32 of the vector's scale is rounded once more on its way: ties may fall otherwise.
      again.hits.forEach(({ score, chunk }, place) => {
        expect(score).toBeCloseTo(hits[place]?.score ?? 0, 7);
        const near = hits.filter((hit) => Math.abs(hit.score - score) < 1e-7);
        if (near.length === 1 && place + 1 < hits.length) expect(near[0]?.chunk).toEqual(chunk);
      });
    }
  }
});
