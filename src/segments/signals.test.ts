import { describe, expect, it } from 'vitest';
import { chunkOf, indexOf, wordEncoder } from '../../test/support/segments.ts';
import { openKernel } from '../kernel/index.ts';
import { createAnalyzer } from './analyzer.ts';
import { buildSegment } from './build.ts';
import type { Chunk } from './contract.ts';
import { createCorpus } from './corpus.ts';
import { scoreField } from './field-scores.ts';
import { type LoadedIndex, loadIndex } from './loaded-index.ts';
import { addSegment, emptyManifest } from './manifest.ts';
import { readQuery } from './read-query.ts';
import { splitSentences } from './sentences.ts';
import { createWindowScorer } from './window-scores.ts';

const encoder = wordEncoder(64);
const kernel = await openKernel();
const analyzer = createAnalyzer();

function load(chunks: readonly Chunk[]): LoadedIndex {
  const built = buildSegment(chunks, { encoder, kernel });
  const manifest = addSegment(emptyManifest(encoder), { id: 's', bytesId: 'b', built });
  return loadIndex({ manifest, bytes: new Map([['s', new Uint8Array(built.bytes)]]), encoder, kernel });
}

const TEXTS = [
  'Blood pressure fell in most patients. The dose was weekly. No harm was seen in the trial.',
  'Renal outcomes were recorded weekly. Pressure on the kidney rose. Blood was drawn.',
  'A placebo was given with the dose. Dose after dose the patients took it.',
];

describe('signals', () => {
  it('score BM25 as its formula says', () => {
    const index = load(TEXTS.map((text, i) => chunkOf(`c${i}`, text)));
    const corpus = createCorpus(index, index.living);
    const { terms } = readQuery(index, corpus, analyzer, { text: 'dose pressure dose', mode: 'lexical', limit: 1 });
    const scores = new Float64Array(3);
    scoreField(index, corpus, 'body', terms, { passing: index.living, scores });
    const bodies = TEXTS.map((text) => analyzer.terms(text));
    const average = bodies.flat().length / 3;
    const expected = bodies.map((body) => {
      const part = (term: string, times: number) => {
        const frequency = bodies.filter((other) => other.includes(term)).length;
        const count = body.filter((one) => one === term).length;
        const saturation = 0.9 * (0.6 + (0.4 * body.length) / average);
        return times * Math.log(1 + (3 - frequency + 0.5) / (frequency + 0.5)) * (count / (count + saturation));
      };
      return part('dose', 2) + part('pressur', 1);
    });
    scores.forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] ?? Number.NaN, 12);
    });
  });

  it('score the best window of two sentences as pooling it and taking the cosine does', () => {
    const index = load(TEXTS.map((text, i) => chunkOf(`c${i}`, text)));
    const corpus = createCorpus(index, index.living);
    const question = { text: 'weekly dose', mode: 'semantic', limit: 1 } as const;
    const vector = readQuery(index, corpus, analyzer, question).vector ?? new Float64Array();
    const score = createWindowScorer(index, vector);
    TEXTS.forEach((text, slot) => {
      const sentences = splitSentences(text);
      const cosines = sentences.map((sentence, i) => cosine(vector, pool(`${sentence} ${sentences[i + 1] ?? ''}`)));
      expect(score?.(slot)).toBeCloseTo(Math.max(...cosines), 2);
    });
  });

  it('prefer neighbours in the order of the query', async () => {
    const filler = Array.from({ length: 20 }, (_, i) => chunkOf(`f${i}`, `Nothing of note in visit ${i} at all.`));
    const index = indexOf(
      [
        [
          ...filler,
          chunkOf('apart', 'Pressure was low where blood, long ago, once ran.'),
          chunkOf('near', 'Long ago, once, where it ran, blood pressure was low.'),
        ],
      ],
      { encoder, kernel },
    );
    const { hits } = await index.search({ text: 'blood pressure', mode: 'lexical', limit: 2 });
    expect(hits.map(({ chunk }) => chunk.id)).toEqual(['near', 'apart']);
    expect(hits[0]?.parts.proximity).toBeGreaterThan(hits[1]?.parts.proximity ?? 1);
  });

  it('prefer a title that answers', async () => {
    const text = 'Patients were seen weekly for a year.';
    const index = indexOf(
      [[chunkOf('a', text, { title: 'Visits' }), chunkOf('b', text, { title: 'Renal outcomes' })]],
      {
        encoder,
        kernel,
      },
    );
    expect((await index.search({ text: 'renal outcomes', mode: 'hybrid', limit: 1 })).hits[0]?.chunk.id).toBe('b');
  });

  it('weigh what is rare: a stop word moves nothing', async () => {
    const index = indexOf([TEXTS.map((text, i) => chunkOf(`c${i}`, text))], { encoder, kernel });
    const plain = await index.search({ text: 'weekly dose', mode: 'semantic', limit: 3 });
    expect(await index.search({ text: 'the weekly of a dose', mode: 'semantic', limit: 3 })).toEqual(plain);
  });
});

function pool(text: string): Float64Array {
  const sum = new Float64Array(encoder.dimensions);
  for (const token of encoder.tokenize(text)) {
    for (let j = 0; j < sum.length; j++) {
      sum[j] = (sum[j] ?? 0) + (encoder.scales[token] ?? 0) * (encoder.rows[token * encoder.dimensions + j] ?? 0);
    }
  }
  return sum;
}

function cosine(a: Float64Array, b: Float64Array): number {
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, j) => sum + value * (y[j] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
