import type { Corpus } from './corpus.ts';
import type { ClauseCount, FilterExplanation, KeyFacts, MetadataType, TypeFacts } from './explanation.ts';
import { evaluateFilter, type FilterValue, type MetadataFilter } from './filter.ts';
import type { LoadedIndex } from './loaded-index.ts';
import { type ValueKind, visitValue } from './metadata-columns.ts';

const TYPES: Readonly<Record<ValueKind, MetadataType>> = {
  string: 'STRING',
  number: 'NUMBER',
  boolean: 'BOOLEAN',
  member: 'STRING_LIST',
};
const SAMPLES = 5;
const LONGEST_SAMPLE = 200;

/** Counts what each clause of a filter lets pass, and which keys there are, over the chunks of a corpus. */
export function explainFilter(
  index: LoadedIndex,
  corpus: Corpus,
  filter: MetadataFilter | undefined,
): FilterExplanation {
  const { chunks, living } = corpus;
  const keys = keysOf(index, living);
  if (filter === undefined) return { chunks, passed: chunks, keys };
  const { clause, mask } = countClause(index, living, filter);
  return { chunks, passed: count(mask), clause, keys };
}

interface Counted {
  readonly clause: ClauseCount;
  readonly mask: Uint8Array;
}

function countClause(index: LoadedIndex, living: Uint8Array, filter: MetadataFilter): Counted {
  if (!('filters' in filter)) {
    const mask = evaluateFilter(filter, index.segments, index.slots).map((holds, slot) => holds & (living[slot] ?? 0));
    const passing = count(mask);
    return { clause: { filter, alone: passing, together: passing, clauses: [] }, mask };
  }
  const all = filter.operator === 'andAll';
  const mask = all ? living.slice() : new Uint8Array(living.length);
  const clauses = filter.filters.map((part) => {
    const counted = countClause(index, living, part);
    for (let slot = 0; slot < mask.length; slot++) {
      const [one, other] = [mask[slot] ?? 0, counted.mask[slot] ?? 0];
      mask[slot] = all ? one & other : one | other;
    }
    return { ...counted.clause, together: count(mask) };
  });
  const passing = count(mask);
  return { clause: { filter, alone: passing, together: passing, clauses }, mask };
}

interface Gathered {
  readonly holders: Uint8Array;
  readonly values: Map<FilterValue, number>;
}

function keysOf(index: LoadedIndex, living: Uint8Array): KeyFacts[] {
  const keys = new Map<string, Map<MetadataType, Gathered>>();
  for (const { metadata, base } of index.segments) {
    for (const column of metadata.columns) {
      const types = keys.get(column.key) ?? new Map<MetadataType, Gathered>();
      keys.set(column.key, types);
      const type = TYPES[column.kind];
      const gathered = types.get(type) ?? { holders: new Uint8Array(index.slots), values: new Map() };
      types.set(type, gathered);
      column.values.forEach((value, number) => {
        let visible = 0;
        visitValue(metadata, column, number, (chunk) => {
          if (living[base + chunk] !== 1) return;
          gathered.holders[base + chunk] = 1;
          visible += 1;
        });
        if (visible > 0) gathered.values.set(value, (gathered.values.get(value) ?? 0) + visible);
      });
    }
  }
  return [...keys]
    .map(([key, types]) => ({ key, types: [...types].map(typeFacts).filter(({ chunks }) => chunks > 0) }))
    .filter(({ types }) => types.length > 0)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function typeFacts([type, { holders, values }]: [MetadataType, Gathered]): TypeFacts {
  const samples = [...values].sort((a, b) => b[1] - a[1]).slice(0, SAMPLES);
  return { type, chunks: count(holders), values: values.size, samples: samples.map(([value]) => shortened(value)) };
}

function shortened(value: FilterValue): FilterValue {
  return typeof value === 'string' && value.length > LONGEST_SAMPLE ? `${value.slice(0, LONGEST_SAMPLE)}…` : value;
}

function count(mask: Uint8Array): number {
  let sum = 0;
  for (let slot = 0; slot < mask.length; slot++) sum += mask[slot] as number;
  return sum;
}
