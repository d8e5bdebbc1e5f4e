import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoamError } from '../core/errors.ts';
import { Sections, SectionWriter } from './container.ts';
import type { Metadata, MetadataValue } from './contract.ts';
import { evaluateFilter, type FilterValue, type MetadataFilter } from './filter.ts';
import { matchesFilter } from './matches-filter.ts';
import { readMetadata, writeMetadata } from './metadata-columns.ts';

const KEYS = ['year', 'tenant', 'tags', '__proto__', 'a b'];
const STRINGS = ['', 'a', 'ab', 'abc', 'b', '1', 'true', 'ü'];

const key = fc.constantFrom(...KEYS);
const text = fc.constantFrom(...STRINGS);
const number = fc.constantFrom(-1, 0, 1, 1.5, 2020, 1e300);
const value: fc.Arbitrary<FilterValue> = fc.oneof(text, number, fc.boolean());
const stored: fc.Arbitrary<MetadataValue> = fc.oneof(value, fc.array(text, { maxLength: 3 }));
const metadata: fc.Arbitrary<Metadata> = fc
  .array(fc.tuple(key, stored), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

const condition: fc.Arbitrary<MetadataFilter> = fc.oneof(
  fc.record({ operator: fc.constantFrom('equals', 'notEquals'), key, value }),
  fc.record({
    operator: fc.constantFrom('greaterThan', 'greaterThanOrEquals', 'lessThan', 'lessThanOrEquals'),
    key,
    value: number,
  }),
  fc.record({ operator: fc.constantFrom('in', 'notIn'), key, values: fc.array(value, { maxLength: 3 }) }),
  fc.record({ operator: fc.constant('exists' as const), key }),
  fc.record({ operator: fc.constantFrom('startsWith', 'listContains', 'stringContains'), key, value: text }),
);

const { filter } = fc.letrec<{ filter: MetadataFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({ operator: fc.constantFrom('andAll', 'orAll'), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ operator: fc.constant('not' as const), filter: tie('filter') }),
  ),
}));

function columnsOf(chunks: readonly Metadata[]) {
  const writer = new SectionWriter();
  writeMetadata(
    writer,
    chunks.map((one) => ({ metadata: one })),
  );
  return readMetadata(new Sections('s', new Uint8Array(writer.finish({}))));
}

describe('a filter', () => {
  it('gives the mask that a plain evaluation of every chunk gives, over two segments', () => {
    fc.assert(
      fc.property(fc.array(metadata, { maxLength: 12 }), fc.nat(12), filter, (chunks, cut, condition) => {
        const [left, right] = [chunks.slice(0, cut), chunks.slice(cut)];
        const segments = [
          { base: 0, metadata: columnsOf(left) },
          { base: left.length, metadata: columnsOf(right) },
        ];
        const mask = evaluateFilter(condition, segments, chunks.length);
        expect([...mask]).toEqual(chunks.map((one) => (matchesFilter(condition, one) ? 1 : 0)));
      }),
      { numRuns: 10_000 },
    );
  });

  it('is refused when it is nested too deep', () => {
    let deep: MetadataFilter = { operator: 'equals', key: 'a', value: 1 };
    for (let i = 0; i < 16; i++) deep = { operator: 'andAll', filters: [deep] };
    expect(() => evaluateFilter(deep, [], 0)).toThrowError(
      expect.toSatisfy((caught) => isLoamError(caught, 'parameter-invalid')),
    );
  });
});
