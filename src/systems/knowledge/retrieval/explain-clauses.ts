import {
  type ClauseCount,
  type Condition,
  type FilterValue,
  filterText,
  type KeyFacts,
  type MetadataFilter,
  type MetadataType,
  type TypeFacts,
} from '../../../segments/index.ts';
import type { ClauseProblem, ExplainedClause } from './explanation.ts';
import { nearestKeys } from './nearest-keys.ts';

/** Names each clause, and says what is wrong with those that nothing passes. */
export function explainClause(counted: ClauseCount, keys: readonly KeyFacts[], path = ''): ExplainedClause {
  const { filter, alone, together } = counted;
  const here = path === '' ? filter.operator : `${path}.${filter.operator}`;
  const problem = alone === 0 ? problemOf(filter, keys) : undefined;
  return {
    ...{ path: here, filter, text: filterText(filter), alone, together },
    ...(problem && { problem }),
    clauses: counted.clauses.map((clause, place) => explainClause(clause, keys, `${here}[${place}]`)),
  };
}

/** The clauses without clauses of their own, in order. */
export function leavesOf(clause: ExplainedClause): readonly ExplainedClause[] {
  return clause.clauses.length === 0 ? [clause] : clause.clauses.flatMap(leavesOf);
}

function problemOf(filter: MetadataFilter, keys: readonly KeyFacts[]): ClauseProblem | undefined {
  if ('filters' in filter || filter.operator === 'not') return undefined;
  const found = keys.find(({ key }) => key === filter.key);
  if (!found) return unknownKey(filter.key, keys);
  const wanted = typesOf(filter);
  const fitting = found.types.filter(({ type }) => wanted.includes(type));
  return fitting.length === 0 ? otherType(filter, found.types) : unknownValue(filter, fitting);
}

function unknownKey(key: string, keys: readonly KeyFacts[]): ClauseProblem {
  const nearest = nearestKeys(
    key,
    keys.map((one) => one.key),
  );
  const hint = nearest.length === 0 ? '' : `; there is ${nearest.join(', ')}`;
  return { code: 'key-unknown', sentence: `No passage has the key ${key}${hint}.`, nearest };
}

function otherType(filter: Condition, types: readonly TypeFacts[]): ClauseProblem {
  const stored = types.map(({ type, chunks }) => `a ${type} in ${chunks} chunks`).join(' and ');
  return { code: 'type-differs', sentence: `${filter.key} is ${stored}, the filter ${comparisonOf(filter)}.` };
}

function unknownValue({ key }: Condition, types: readonly TypeFacts[]): ClauseProblem {
  const samples = types.flatMap((type) => type.samples).map((value) => JSON.stringify(value));
  const count = types.reduce((sum, { values }) => sum + values, 0);
  const sentence = `None of the ${count} values of ${key} fits; there are ${samples.join(', ')}${count > samples.length ? ' and others' : ''}.`;
  return { code: 'value-unknown', sentence };
}

const TYPES: Readonly<Record<string, MetadataType>> = { string: 'STRING', number: 'NUMBER', boolean: 'BOOLEAN' };

/** Which stored types a condition can hold for. */
function typesOf(filter: Condition): readonly MetadataType[] {
  switch (filter.operator) {
    case 'exists':
      return ['STRING', 'NUMBER', 'BOOLEAN', 'STRING_LIST'];
    case 'listContains':
      return ['STRING_LIST'];
    case 'stringContains':
      return ['STRING', 'STRING_LIST'];
    default:
      return valuesOf(filter).map((value) => TYPES[typeof value] ?? 'STRING');
  }
}

function comparisonOf(filter: Condition): string {
  if (filter.operator === 'listContains') return 'looks for a member of a list';
  return `compares a ${[...new Set(typesOf(filter))].join(' or ')}`;
}

function valuesOf(filter: Condition): readonly FilterValue[] {
  if (filter.operator === 'exists') return [];
  return 'values' in filter ? filter.values : [filter.value];
}
