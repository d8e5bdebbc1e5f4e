import type { FilterAttribute, RetrievalFilter } from '@aws-sdk/client-bedrock-agent-runtime';
import type { FilterValue, MetadataFilter } from '../../../segments/index.ts';
import type { Received } from '../../../wire/operation.ts';
import { refuse } from '../refusal.ts';

type WireFilter = Received<RetrievalFilter>;
type Attribute = Received<FilterAttribute>;
type Read = (attribute: Attribute, path: string) => MetadataFilter;

const MOST_NESTED = 16;

/** How each operator of the wire reads its attribute. */
const READERS: Readonly<Record<string, Read>> = {
  equals: (of, path) => ({ operator: 'equals', key: of.key, value: plain(of, path) }),
  notEquals: (of, path) => ({ operator: 'notEquals', key: of.key, value: plain(of, path) }),
  greaterThan: (of, path) => ({ operator: 'greaterThan', key: of.key, value: number(of, path) }),
  greaterThanOrEquals: (of, path) => ({ operator: 'greaterThanOrEquals', key: of.key, value: number(of, path) }),
  lessThan: (of, path) => ({ operator: 'lessThan', key: of.key, value: number(of, path) }),
  lessThanOrEquals: (of, path) => ({ operator: 'lessThanOrEquals', key: of.key, value: number(of, path) }),
  in: (of, path) => ({ operator: 'in', key: of.key, values: list(of, path) }),
  notIn: (of, path) => ({ operator: 'notIn', key: of.key, values: list(of, path) }),
  startsWith: (of, path) => ({ operator: 'startsWith', key: of.key, value: text(of, path) }),
  listContains: (of, path) => ({ operator: 'listContains', key: of.key, value: text(of, path) }),
  stringContains: (of, path) => ({ operator: 'stringContains', key: of.key, value: text(of, path) }),
};
const COMBINATORS = ['andAll', 'orAll'] as const;

/**
 * The wire's filter as the index takes it: exactly one operator an object, values of the operator's type.
 *
 * @throws LoamError `parameter-invalid`
 */
export function readFilter(filter: WireFilter, path = 'filter', depth = 1): MetadataFilter {
  if (depth > MOST_NESTED) refuse(path, 'is nested too deeply', `${MOST_NESTED} levels`);
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const [entry] = given;
  if (entry === undefined || given.length > 1) {
    refuse(path, `holds ${given.length} operators`, 'exactly one in each filter object');
  }
  const [operator, value] = entry;
  const inside = `${path}.${operator}`;
  const combinator = COMBINATORS.find((name) => name === operator);
  if (combinator) return { operator: combinator, filters: combined(value as WireFilter[], inside, depth) };
  const read = READERS[operator];
  if (read === undefined)
    refuse(path, `has the operator ${operator}`, [...Object.keys(READERS), ...COMBINATORS].join(', '));
  return read(value as Attribute, inside);
}

function combined(filters: readonly WireFilter[], path: string, depth: number): MetadataFilter[] {
  if (filters.length < 2) refuse(path, `combines ${filters.length} filters`, 'two or more');
  return filters.map((filter, index) => readFilter(filter, `${path}[${index}]`, depth + 1));
}

function plain({ value }: Attribute, path: string): FilterValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return refuse(`${path}.value`, 'has another type', 'a string, a number or a boolean');
}

function number({ value }: Attribute, path: string): number {
  return typeof value === 'number' ? value : refuse(`${path}.value`, 'is no number', 'a number');
}

function text({ value }: Attribute, path: string): string {
  return typeof value === 'string' ? value : refuse(`${path}.value`, 'is no string', 'a string');
}

function list({ key, value }: Attribute, path: string): FilterValue[] {
  if (!Array.isArray(value) || value.length === 0)
    return refuse(`${path}.value`, 'is no list of values', 'one or more');
  return value.map((item, index) => plain({ key, value: item }, `${path}.value[${index}]`));
}
