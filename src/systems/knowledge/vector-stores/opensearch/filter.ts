import type { Metadata, MetadataFilter } from '../../../../segments/index.ts';

/** A query of OpenSearch's query language. */
export type Query = Readonly<Record<string, unknown>>;

/**
 * Metadata as OpenSearch can filter it without a mapping of its own for every key: each value as one word that names its
 * type, its key and itself, and numbers once more for comparisons.
 */
export interface FilteredFields {
  readonly values: readonly string[];
  readonly numbers: readonly { readonly key: string; readonly value: number }[];
  readonly keys: readonly string[];
}

type Kind = 's' | 'n' | 'b' | 'm';

export function filteredFields(metadata: Metadata): FilteredFields {
  const entries = Object.entries(metadata);
  const isHeld = (value: Metadata[string]): boolean => !Array.isArray(value) || value.length > 0;
  return {
    values: entries.flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((member: string) => word('m', key, member)) : [plainWord(key, value as string)],
    ),
    numbers: entries.flatMap(([key, value]) => (typeof value === 'number' ? [{ key, value }] : [])),
    keys: entries.flatMap(([key, value]) => (isHeld(value) ? [key] : [])),
  };
}

/** The length of the key tells where it ends, whatever characters it is made of. */
function word(kind: Kind, key: string, value: string): string {
  return `${kind}${key.length}:${key}:${value}`;
}

function plainWord(key: string, value: string | number | boolean): string {
  const kind = typeof value === 'string' ? 's' : typeof value === 'number' ? 'n' : 'b';
  return word(kind, key, String(value));
}

const RANGES = { greaterThan: 'gt', greaterThanOrEquals: 'gte', lessThan: 'lt', lessThanOrEquals: 'lte' } as const;
const VALUES = 'loam.values';
const NOTHING: Query = { match_none: {} };

export function filterToQuery(filter: MetadataFilter): Query {
  switch (filter.operator) {
    case 'not':
      return not(filterToQuery(filter.filter));
    case 'andAll':
      return { bool: { filter: filter.filters.map(filterToQuery) } };
    case 'orAll':
      return filter.filters.length === 0
        ? NOTHING
        : { bool: { should: filter.filters.map(filterToQuery), minimum_should_match: 1 } };
    case 'exists':
      return { term: { 'loam.keys': filter.key } };
    case 'equals':
      return oneOf(filter.key, [filter.value]);
    case 'notEquals':
      return not(oneOf(filter.key, [filter.value]));
    case 'in':
      return oneOf(filter.key, filter.values);
    case 'notIn':
      return not(oneOf(filter.key, filter.values));
    case 'startsWith':
      return { prefix: { [VALUES]: { value: word('s', filter.key, filter.value) } } };
    case 'listContains':
      return { term: { [VALUES]: word('m', filter.key, filter.value) } };
    case 'stringContains':
      return { bool: { should: [containing('s', filter), containing('m', filter)], minimum_should_match: 1 } };
    default: {
      const range = { range: { 'loam.numbers.value': { [RANGES[filter.operator]]: filter.value } } };
      const query = { bool: { filter: [{ term: { 'loam.numbers.key': filter.key } }, range] } };
      return { nested: { path: 'loam.numbers', query } };
    }
  }
}

function oneOf(key: string, values: readonly (string | number | boolean)[]): Query {
  return { terms: { [VALUES]: values.map((value) => plainWord(key, value)) } };
}

function not(query: Query): Query {
  return { bool: { must_not: [query] } };
}

function containing(kind: Kind, { key, value }: { key: string; value: string }): Query {
  const escaped = (text: string): string => text.replace(/[\\*?]/g, '\\$&');
  return { wildcard: { [VALUES]: { value: `${escaped(word(kind, key, ''))}*${escaped(value)}*` } } };
}
