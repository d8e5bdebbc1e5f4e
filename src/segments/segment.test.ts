import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkOf, wordEncoder } from '../../test/support/segments.ts';
import { isLoamError } from '../core/errors.ts';
import { openKernel } from '../kernel/index.ts';
import { createAnalyzer } from './analyzer.ts';
import { buildSegment } from './build.ts';
import type { Chunk } from './contract.ts';
import { findTerm } from './dictionary.ts';
import { mergeSegments } from './merge.ts';
import { openSegment } from './open-segment.ts';
import { visitPostings } from './postings.ts';
import { readRecord } from './records.ts';

const encoder = wordEncoder();
const kernel = await openKernel();
const build = (chunks: readonly Chunk[]) => buildSegment(chunks, { encoder, kernel });
const open = (chunks: readonly Chunk[]) => openSegment('s', new Uint8Array(build(chunks).bytes));

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'the', 'trials', 'Ωmega', '東京', 'x'.repeat(80), 'end.');
const chunks: fc.Arbitrary<Chunk[]> = fc
  .array(
    fc.record(
      {
        documentId: fc.constantFrom('d1', 'd2', 'd3'),
        text: fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
        title: word,
        page: fc.nat(9),
        payload: fc.constantFrom('{}', '💊'),
        metadata: fc.constantFrom({}, { year: 2020 }, { tags: ['a', 'b'], ok: true }),
      },
      { requiredKeys: ['documentId', 'text', 'metadata'] },
    ),
    { maxLength: 25 },
  )
  .map((list) => list.map((chunk, i) => ({ id: `c${i}`, ...chunk }) as Chunk));

describe('a segment', () => {
  it('gives back every chunk as it came', () => {
    fc.assert(
      fc.property(chunks, (given) => {
        const { records } = open(given);
        expect(given.map((_, i) => readRecord(records, i))).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });

  it('holds the postings that counting the terms of every chunk gives', () => {
    const { terms } = createAnalyzer();
    fc.assert(
      fc.property(chunks, (given) => {
        const segment = open(given);
        const bodies = given.map(({ title, text }) =>
          terms(title && !text.startsWith(title) ? `${title}. ${text}` : text),
        );
        for (const term of new Set(bodies.flat())) {
          const id = findTerm(segment.dictionary, Buffer.from(term)) ?? -1;
          const found: [number, number][] = [];
          visitPostings(segment.body, id, (chunk, count) => found.push([chunk, count]));
          const expected = bodies
            .map((body, i) => [i, body.filter((one) => one === term).length] as [number, number])
            .filter(([, count]) => count > 0);
          expect(found).toEqual(expected);
          expect(segment.body.frequencies[id]).toBe(expected.length);
        }
        expect([...segment.body.lengths]).toEqual(bodies.map(({ length }) => length));
        expect(findTerm(segment.dictionary, Buffer.from('absent'))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it('tells its own size', () => {
    const built = build([chunkOf('a', 'one'), chunkOf('b', 'two', { documentId: 'd-a' })]);
    expect(built.statistics).toEqual({ chunks: 2, documents: 1, bytes: built.bytes.byteLength });
  });

  it('merges to the bytes that building its living chunks gives', () => {
    fc.assert(
      fc.property(chunks, fc.nat(25), fc.subarray(['d1', 'd2', 'd3']), (given, cut, deleted) => {
        const dead = new Set(deleted);
        const parts = [given.slice(0, cut), given.slice(cut)].map((part, i) => ({
          id: `s${i}`,
          bytes: new Uint8Array(build(part).bytes),
          dead,
        }));
        const living = given.filter(({ documentId }) => !dead.has(documentId));
        expect(mergeSegments(parts)).toEqual(living.length === 0 ? undefined : build(living));
      }),
      { numRuns: 50 },
    );
  });

  it('never merges segments of two embedders', () => {
    const other = buildSegment([chunkOf('b', 'b')], { encoder: wordEncoder(16), kernel });
    const segments = [build([chunkOf('a', 'a')]), other].map(({ bytes }, i) => ({
      id: `s${i}`,
      bytes: new Uint8Array(bytes),
      dead: new Set<string>(),
    }));
    expect(() => mergeSegments(segments)).toThrowError(expect.toSatisfy((e) => isLoamError(e, 'embedders-mixed')));
  });

  it.each([
    ['a chunk id that comes twice', [chunkOf('a', 'x'), chunkOf('a', 'y')], 'resource-conflict'],
    ['metadata that is no finite number', [chunkOf('a', 'x', { metadata: { n: Number.NaN } })], 'parameter-invalid'],
  ] as const)('refuses %s', (_, given, code) => {
    expect(() => build(given)).toThrowError(expect.toSatisfy((caught) => isLoamError(caught, code)));
  });

  it('refuses chunks without the vector that an outside embedder gives', () => {
    const outside = { kind: 'outside', fingerprint: 'remote/a', dimensions: 16 } as const;
    for (const vector of [undefined, new Float32Array(15)]) {
      expect(() =>
        buildSegment([chunkOf('a', 'x', vector ? { vector } : {})], { encoder: outside, kernel }),
      ).toThrowError(expect.toSatisfy((caught) => isLoamError(caught, 'parameter-invalid')));
    }
  });
});
