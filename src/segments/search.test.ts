import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkOf, indexOf, wordEncoder } from '../../test/support/segments.ts';
import { isLoamError } from '../core/errors.ts';
import { openKernel } from '../kernel/index.ts';
import { buildSegment } from './build.ts';
import type { Chunk, SearchMode, SearchQuery, SearchResult } from './contract.ts';
import { addSegment, emptyManifest } from './manifest.ts';
import { openIndex } from './open-index.ts';

const encoder = wordEncoder();
const kernel = await openKernel();
const twin = await openKernel({ prefer: 'twin' });
const MODES: readonly SearchMode[] = ['hybrid', 'semantic', 'lexical'];
const WORDS = 'dose trial patient placebo blood pressure renal cardiac outcome weekly oral the of and with rare'.split(
  ' ',
);

const sentence = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 9 })
  .map((words) => `${words.join(' ')}.`);
const text = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((sentences) => sentences.join(' '));
const corpus: fc.Arbitrary<Chunk[]> = fc
  .array(
    fc.record({ text, title: fc.constantFrom('', 'Renal trial', 'Weekly dose'), year: fc.integer({ min: 1, max: 4 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((list) => list.map(({ text: body, title, year }, i) => chunkOf(`c${i}`, body, { title, metadata: { year } })));

const idsOf = ({ hits }: SearchResult) => hits.map(({ chunk }) => chunk.id);
const rejection = (code: Parameters<typeof isLoamError>[1]) => expect.toSatisfy((caught) => isLoamError(caught, code));

/** Chunks dealt out to some segments, in an order of their own. */
function deal(chunks: readonly Chunk[], segments: number): Chunk[][] {
  const groups: Chunk[][] = Array.from({ length: segments }, () => []);
  for (const [i, chunk] of chunks.entries()) groups[(i * 7 + 3) % segments]?.unshift(chunk);
  return groups;
}

describe('a search', () => {
  it('gives the same hits and scores however chunks are spread, dead ones between them or not, on either kernel', async () => {
    await fc.assert(
      fc.asyncProperty(corpus, corpus, sentence, fc.constantFrom(...MODES), async (chunks, others, question, mode) => {
        const dead = others.map((chunk) => ({ ...chunk, id: `x${chunk.id}`, documentId: `x${chunk.documentId}` }));
        const deleted = dead.map(({ documentId }) => documentId);
        const indexes = [
          indexOf([chunks], { encoder, kernel }),
          indexOf(deal(chunks, 5), { encoder, kernel }),
          indexOf(deal([...dead, ...chunks], 3), { encoder, kernel, deleted }),
          indexOf(deal([...chunks, ...dead], 2), { encoder, kernel: twin, deleted }),
        ];
        const query: SearchQuery = { text: question, mode, limit: 50 };
        const [one, ...rest] = await Promise.all(indexes.map((index) => index.search(query)));
        for (const other of rest) expect(other).toEqual(one);
      }),
      { numRuns: 25 },
    );
  });

  it('finds only what passes the filter, and all of it', async () => {
    await fc.assert(
      fc.asyncProperty(corpus, sentence, fc.constantFrom(...MODES), async (chunks, question, mode) => {
        const filter = { operator: 'greaterThan', key: 'year', value: 2 } as const;
        const result = await indexOf(deal(chunks, 2), { encoder, kernel }).search({
          text: question,
          mode,
          limit: 50,
          filter,
        });
        const passing = chunks.filter(({ metadata }) => Number(metadata.year) > 2).map(({ id }) => id);
        expect(result).toMatchObject({ chunks: chunks.length, passed: passing.length });
        expect(passing).toEqual(expect.arrayContaining(idsOf(result)));
        if (mode !== 'lexical') expect(idsOf(result).sort()).toEqual(passing.sort());
      }),
      { numRuns: 60 },
    );
  });

  it('scores what a caller may see as if nothing else existed', async () => {
    await fc.assert(
      fc.asyncProperty(corpus, sentence, fc.constantFrom(...MODES), async (chunks, question, mode) => {
        const seen = chunks.filter(({ metadata }) => metadata.year === 1);
        const query: SearchQuery = { text: question, mode, limit: 50 };
        const visible = { operator: 'equals', key: 'year', value: 1 } as const;
        const narrowed = await indexOf(deal(chunks, 2), { encoder, kernel }).search({ ...query, visible });
        expect(narrowed).toEqual(await indexOf([seen], { encoder, kernel }).search(query));
      }),
      { numRuns: 60 },
    );
  });

  it('never finds a deleted document', async () => {
    const chunks = [
      chunkOf('a', 'renal dose'),
      chunkOf('b', 'renal dose'),
      chunkOf('c', 'renal', { documentId: 'd-a' }),
    ];
    const index = indexOf([chunks], { encoder, kernel, deleted: ['d-a'] });
    expect(idsOf(await index.search({ text: 'renal dose', mode: 'hybrid', limit: 9 }))).toEqual(['b']);
    expect(index.describe()).toMatchObject({ chunks: 1, documents: 1, segments: 1, kernel: 'wasm' });
  });

  it('breaks ties by chunk id', async () => {
    const chunks = ['b', 'a', 'é', 'Z', 'c10', 'c9'].map((id) => chunkOf(id, 'renal dose weekly'));
    for (const mode of MODES) {
      const { hits } = await indexOf(deal(chunks, 3), { encoder, kernel }).search({ text: 'dose', mode, limit: 9 });
      expect(hits.map(({ chunk }) => chunk.id)).toEqual(['Z', 'a', 'b', 'c10', 'c9', 'é']);
    }
  });

  it('gives scores that fall with the rank between 0 and 1, and the parts they are made of', async () => {
    const chunks = Array.from({ length: 30 }, (_, i) =>
      chunkOf(`c${i}`, `${WORDS[i % 16]} ${WORDS[(i * 5) % 16]} dose.`),
    );
    const { hits } = await indexOf([chunks], { encoder, kernel }).search({
      text: 'renal dose',
      mode: 'hybrid',
      limit: 30,
    });
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.min(...scores)).toBeGreaterThan(0);
    expect(Math.max(...scores)).toBeLessThan(1);
    expect(Object.keys(hits[0]?.parts ?? {}).sort()).toEqual(
      ['body', 'chunk', 'expansion', 'feedback', 'proximity', 'title', 'window'].sort(),
    );
  });

  it('takes the first of more: a lower limit cuts, nothing else', async () => {
    const chunks = Array.from({ length: 50 }, (_, i) =>
      chunkOf(`c${i}`, `${WORDS[i % 16]} ${WORDS[(i * 7) % 16]} dose.`),
    );
    const index = indexOf(deal(chunks, 2), { encoder, kernel });
    const all = await index.search({ text: 'cardiac dose', mode: 'hybrid', limit: 50 });
    const few = await index.search({ text: 'cardiac dose', mode: 'hybrid', limit: 3 });
    expect(few.hits).toEqual(all.hits.slice(0, 3));
  });

  it.each(['', 'the of and', '!!!', 'zzzzunknown', 'x'.repeat(20_000), 'dose '.repeat(4_000)])(
    'answers whatever is asked: %.12s',
    async (question) => {
      const index = indexOf([[chunkOf('a', 'renal dose'), chunkOf('b', 'cardiac')]], { encoder, kernel });
      for (const mode of MODES) {
        const { hits } = await index.search({ text: question, mode, limit: 5 });
        if (mode !== 'lexical') expect(hits).toHaveLength(2);
        for (const { score } of hits) expect(score).toBeGreaterThan(0);
      }
    },
  );

  it('answers from nothing with nothing', async () => {
    for (const mode of MODES) {
      const result = await indexOf([], { encoder, kernel }).search({ text: 'dose', mode, limit: 5 });
      expect(result).toEqual({ hits: [], chunks: 0, passed: 0 });
    }
  });

  it.each([0, 1.5, 1_001, Number.NaN])('refuses the limit %s', async (limit) => {
    const index = indexOf([[chunkOf('a', 'x')]], { encoder, kernel });
    await expect(index.search({ text: 'x', mode: 'hybrid', limit })).rejects.toThrowError(
      rejection('parameter-invalid'),
    );
  });

  it('stops with the reason of its signal, and after close', async () => {
    const index = indexOf([[chunkOf('a', 'x')]], { encoder, kernel });
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(index.search({ text: 'x', mode: 'hybrid', limit: 1, signal })).rejects.toBe(reason);
    await index.close();
    await expect(index.search({ text: 'x', mode: 'hybrid', limit: 1 })).rejects.toThrow('closed');
  });
});

describe('an index of outside vectors', () => {
  const outside = { kind: 'outside', fingerprint: 'remote/a', dimensions: 16 } as const;
  const towards = (axis: number) => Float32Array.from({ length: 16 }, (_, i) => (i === axis ? 3 : 0.1));
  const chunks = Array.from({ length: 16 }, (_, i) => chunkOf(`c${i}`, `${WORDS[i]} text`, { vector: towards(i) }));
  const index = indexOf(deal(chunks, 3), { encoder: outside, kernel });

  it('ranks by the vector of the query', async () => {
    for (const mode of ['hybrid', 'semantic'] as const) {
      const { hits } = await index.search({ text: 'nothing', vector: towards(5), mode, limit: 3 });
      expect(hits[0]?.chunk.id).toBe('c5');
    }
  });

  it('needs a vector of its dimensions, unless only words are asked for', async () => {
    for (const vector of [undefined, new Float32Array(8)]) {
      const query: SearchQuery = { text: 'dose', mode: 'semantic', limit: 3, ...(vector && { vector }) };
      await expect(index.search(query)).rejects.toThrowError(rejection('parameter-invalid'));
    }
    expect(idsOf(await index.search({ text: 'dose', mode: 'lexical', limit: 3 }))).toEqual(['c0']);
  });

  it('cannot be opened with another embedder', () => {
    const mixed = () => indexOf([[chunkOf('a', 'x', { vector: towards(0) })]], { encoder: outside, kernel });
    expect(mixed).not.toThrow();
    expect(() => indexOf(deal(chunks, 1), { encoder: { ...outside, dimensions: 32 }, kernel })).toThrowError(
      rejection('parameter-invalid'),
    );
  });
});

it('reads texts and tokens from where the bytes are, when they need not be held', async () => {
  const chunks = Array.from({ length: 60 }, (_, i) =>
    chunkOf(`c${i}`, `${WORDS[i % 16]} ${WORDS[(i * 7) % 16]}. A dose of ${WORDS[(i * 3) % 16]}.`, { title: 'Dose' }),
  );
  const built = buildSegment(chunks, { encoder, kernel });
  const bytes = new Map([['s', new Uint8Array(built.bytes)]]);
  const manifest = addSegment(emptyManifest(encoder), { id: 's', bytesId: 's', built });
  const readAt = (into: Uint8Array, position: number): void => {
    into.set(new Uint8Array(built.bytes, position, into.length));
  };
  const held = openIndex({ manifest, bytes, encoder, kernel });
  const left = openIndex({ manifest, bytes, encoder, kernel, files: new Map([['s', { readAt }]]) });
  for (const mode of MODES) {
    const query: SearchQuery = { text: 'cardiac dose of the trial', mode, limit: 60 };
    expect(await left.search(query)).toEqual(await held.search(query));
  }
  expect(left.describe().memoryBytes).toBeLessThan(held.describe().memoryBytes);
});
