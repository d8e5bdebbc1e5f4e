import type { MetadataFilter } from '../../../../segments/index.ts';

/** Collects the values of a statement and names each by its place: `$1`. */
export class SqlValues {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/**
 * A filter as a condition on a jsonb column; true or false, never null. Values go as parameters.
 *
 * @param column an SQL expression of type jsonb
 */
export function filterToSql(filter: MetadataFilter, column: string, values: SqlValues): string {
  switch (filter.operator) {
    case 'not':
      return `not ${filterToSql(filter.filter, column, values)}`;
    case 'andAll':
    case 'orAll': {
      const parts = filter.filters.map((part) => filterToSql(part, column, values));
      if (parts.length === 0) return filter.operator === 'andAll' ? 'true' : 'false';
      return `(${parts.join(filter.operator === 'andAll' ? ' and ' : ' or ')})`;
    }
    default:
      return conditionToSql(filter, column, values);
  }
}

const COMPARISONS = {
  greaterThan: '>',
  greaterThanOrEquals: '>=',
  lessThan: '<',
  lessThanOrEquals: '<=',
} as const;

function conditionToSql(
  condition: Exclude<MetadataFilter, { operator: 'andAll' | 'orAll' | 'not' }>,
  column: string,
  values: SqlValues,
): string {
  const key = values.add(condition.key, 'text');
  const found = `(${column} -> ${key})`;
  const text = `(${column} ->> ${key})`;
  const isOf = (type: string): string => `coalesce(jsonb_typeof${found} = '${type}', false)`;
  switch (condition.operator) {
    case 'exists':
      return `coalesce(${found} <> '[]'::jsonb, false)`;
    case 'equals':
    case 'notEquals': {
      const equal = `coalesce(${found} = ${values.add(JSON.stringify(condition.value), 'jsonb')}, false)`;
      return condition.operator === 'equals' ? equal : `not ${equal}`;
    }
    case 'in':
    case 'notIn': {
      const wanted = values.add(JSON.stringify(condition.values), 'jsonb');
      const among = `coalesce(${found} in (select jsonb_array_elements(${wanted})), false)`;
      return condition.operator === 'in' ? among : `not ${among}`;
    }
    case 'startsWith':
      return `(${isOf('string')} and starts_with(${text}, ${values.add(condition.value, 'text')}))`;
    case 'listContains':
      return `(${isOf('array')} and ${found} @> jsonb_build_array(${values.add(condition.value, 'text')}))`;
    case 'stringContains': {
      const part = values.add(condition.value, 'text');
      const inString = `(${isOf('string')} and strpos(${text}, ${part}) > 0)`;
      const members = `jsonb_array_elements_text(case when ${isOf('array')} then ${found} else '[]' end)`;
      return `(${inString} or exists (select from ${members} as members (member) where strpos(member, ${part}) > 0))`;
    }
    default: {
      const compare = COMPARISONS[condition.operator];
      const number = values.add(condition.value, 'double precision');
      // The order in which AND is evaluated is not promised: CASE is.
      return `(case when ${isOf('number')} then ${text}::double precision ${compare} ${number} else false end)`;
    }
  }
}
