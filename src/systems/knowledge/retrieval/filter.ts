import type { FilterValue, MetadataFilter } from '../../../segments/index.ts';
import { refuse } from '../refusal.ts';

interface Attribute {
  readonly key: string;
  readonly value: unknown;
}
type Read = (attribute: Attribute, path: string) => MetadataFilter;

const MOST_NESTED = 16;
const MOST_KEY = 100;
const MOST_FILTERS = 1_000;

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
 * @param filter as it was received; whatever else it is, is refused
 * @throws LoamError `parameter-invalid`
 */
export function readFilter(filter: unknown, path = 'filter', depth = 1): MetadataFilter {
  if (depth > MOST_NESTED) refuse(path, 'is nested too deeply', `${MOST_NESTED} levels`);
  if (!isObject(filter)) return refuse(path, 'is no object', 'an object with one operator');
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const [entry] = given;
  if (entry === undefined || given.length > 1) {
    refuse(path, `holds ${given.length} operators`, 'exactly one in each filter object');
  }
  const [operator, value] = entry;
  const inside = `${path}.${operator}`;
  const combinator = COMBINATORS.find((name) => name === operator);
  if (combinator) return { operator: combinator, filters: combined(value, inside, depth) };
  const read = Object.hasOwn(READERS, operator) ? READERS[operator] : undefined;
  if (read === undefined)
    return refuse(path, `has the operator ${operator}`, [...Object.keys(READERS), ...COMBINATORS].join(', '));
  return read(attributeOf(value, inside), inside);
}

function combined(filters: unknown, path: string, depth: number): MetadataFilter[] {
  if (!Array.isArray(filters)) return refuse(path, 'is no list', 'two or more filters');
  if (filters.length < 2) refuse(path, `combines ${filters.length} filters`, 'two or more');
  if (filters.length > MOST_FILTERS) refuse(path, `combines ${filters.length} filters`, `at most ${MOST_FILTERS}`);
  return filters.map((filter, index) => readFilter(filter, `${path}[${index}]`, depth + 1));
}

function attributeOf(value: unknown, path: string): Attribute {
  if (!isObject(value)) return refuse(path, 'is no object', 'an object with key and value');
  const { key } = value;
  if (typeof key !== 'string' || key.length < 1 || key.length > MOST_KEY) {
    return refuse(`${path}.key`, 'is no name of a key', `a string of 1 to ${MOST_KEY} characters`);
  }
  return { key, value: value.value };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
