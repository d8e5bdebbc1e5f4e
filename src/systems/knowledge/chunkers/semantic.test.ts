import { describe, expect, it, test } from 'vitest';
import { poolTokens } from '../../../models/embedded/pool-tokens.ts';
import { loadTokenEncoder } from '../../../models/embedded/token-encoder.ts';
import type { Block } from '../parsers/contract.ts';
import { breakPairs } from './break-pairs.ts';
import { prepareChunker } from './index.ts';
import { sentenceDistances } from './sentence-distances.ts';
import { tokenDistances } from './token-distances.ts';

const countTokens = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** Chunks with an embedder that knows what a sentence is about by its first letter. */
async function chunk(
  blocks: readonly Block[],
  { maxTokens = 8192, bufferSize = 0, breakpointPercentileThreshold = 90 } = {},
) {
  const prepared = prepareChunker({
    chunkingStrategy: 'SEMANTIC',
    semanticChunkingConfiguration: { maxTokens, bufferSize, breakpointPercentileThreshold },
  });
  const embedded: string[] = [];
  const compared = prepared.compared({ blocks }, { countTokens });
  const distances = await sentenceDistances(compared ?? { sentences: [], bufferSize }, async (texts) => {
    embedded.push(...texts);
    return texts.map((text) => angle(Number(/\d+/.exec(text)?.[0])));
  });
  return { chunks: await prepared.chunk({ blocks }, { countTokens, distances }), embedded };
}

const angle = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const paragraph = (degrees: readonly number[], page = 1): Block => ({
  kind: 'paragraph',
  page,
  text: degrees.map((one) => `About ${one} and no more.`).join(' '),
});

describe('semantic chunking', () => {
  it('makes 10 breaks of 100 pairs at a threshold of 90, where neighbours are furthest apart', async () => {
    let at = 0;
    const steps = Array.from({ length: 100 }, (_, pair) => (pair % 10 === 4 ? 20 + pair / 10 : 0.5 + pair / 500));
    const degrees = [0, ...steps.map((step) => (at = Number((at + step).toFixed(3))))].map((one) =>
      Math.round(one * 1000),
    );
    const blocks = [paragraph(degrees)];
    const prepared = prepareChunker({
      chunkingStrategy: 'SEMANTIC',
      semanticChunkingConfiguration: { maxTokens: 8192, bufferSize: 0, breakpointPercentileThreshold: 90 },
    });
    const compared = prepared.compared({ blocks }, { countTokens });
    expect(compared?.sentences.map(({ length }) => length)).toEqual([101]);
    const distances = await sentenceDistances(compared ?? { sentences: [], bufferSize: 0 }, async (texts) =>
      texts.map((text) => angle(Number(/\d+/.exec(text)?.[0]) / 1000)),
    );
    const chunks = await prepared.chunk({ blocks }, { countTokens, distances });
    expect(chunks).toHaveLength(11);
    const lengths = chunks.map(({ text }) => text.split('. ').length);
    expect(lengths).toEqual([5, 10, 10, 10, 10, 10, 10, 10, 10, 10, 6]);
  });

  it('embeds each sentence with its neighbours of the section when there is a buffer', async () => {
    const { embedded } = await chunk([paragraph([0, 90, 180]), paragraph([10, 20], 2)], { bufferSize: 1 });
    expect(embedded.map((text) => text.match(/\d+/g))).toEqual([
      ['0', '90'],
      ['0', '90', '180'],
      ['90', '180'],
      ['10', '20'],
      ['10', '20'],
    ]);
  });

  it('divides what has more than maxTokens, and pages whatever they are about', async () => {
    const { chunks } = await chunk([paragraph(Array(8).fill(0)), paragraph([0, 0], 2)], { maxTokens: 12 });
    expect(chunks.map(({ text, page }) => [countTokens(text), page])).toEqual([
      [10, 1],
      [10, 1],
      [10, 1],
      [10, 1],
      [10, 2],
    ]);
  });

  it('leaves a document of one sentence whole', async () => {
    expect((await chunk([paragraph([7])])).chunks).toHaveLength(1);
  });
});

describe('breaks', () => {
  it('are as many as lie above the percentile, ties included', () => {
    const random = Array.from({ length: 100 }, (_, at) => (at * 37) % 101);
    expect(breakPairs(random, 90).size).toBe(10);
    expect(breakPairs(random, 99).size).toBe(1);
    expect(breakPairs(random, 50).size).toBe(50);
    expect([...breakPairs([0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1], 80)]).toEqual([1, 2]);
    expect(breakPairs([0, 0, 0], 50).size).toBe(0);
    expect(breakPairs([], 90).size).toBe(0);
  });
});

test('the embedder that ships with Loam measures the same distances in one go', async () => {
  const encoder = loadTokenEncoder();
  const embed = async (texts: readonly string[]) => texts.map((text) => poolTokens(encoder, encoder.tokenize(text)));
  const sentences = [
    ['The otter swims.', 'The otter dives, and swims.', 'A dose of 50 mg was given.', '', 'Twice a day.'],
    ['Alone.'],
    ['One more section.', 'It has two sentences.'],
  ];
  for (const bufferSize of [0, 1]) {
    const [slow, fast] = [
      await sentenceDistances({ sentences, bufferSize }, embed),
      tokenDistances({ sentences, bufferSize }, encoder),
    ];
    expect(fast).toHaveLength(5);
    for (const [at, distance] of slow.entries()) expect(fast[at]).toBeCloseTo(distance, 5);
  }
});
