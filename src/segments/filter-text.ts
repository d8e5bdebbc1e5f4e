import type { FilterValue, MetadataFilter } from './filter.ts';

const SIGNS = {
  equals: '=',
  notEquals: '≠',
  greaterThan: '>',
  greaterThanOrEquals: '≥',
  lessThan: '<',
  lessThanOrEquals: '≤',
  startsWith: 'starts with',
  listContains: 'lists',
  stringContains: 'contains',
} as const;

/**
 * A filter for a person to read.
 *
 * @example filterText(filter) // 'tenant = "a" and (year > 2020 or year is absent)'
 */
export function filterText(filter: MetadataFilter): string {
  switch (filter.operator) {
    case 'andAll':
      return filter.filters.length === 0 ? 'everything' : filter.filters.map(nested).join(' and ');
    case 'orAll':
      return filter.filters.length === 0 ? 'nothing' : filter.filters.map(nested).join(' or ');
    case 'not':
      return filter.filter.operator === 'exists'
        ? `${filter.filter.key} is absent`
        : `not (${filterText(filter.filter)})`;
    case 'exists':
      return `${filter.key} is there`;
    case 'in':
    case 'notIn':
      return `${filter.key} ${filter.operator === 'in' ? 'in' : 'not in'} [${filter.values.map(valueText).join(', ')}]`;
    default:
      return `${filter.key} ${SIGNS[filter.operator]} ${valueText(filter.value)}`;
  }
}

function nested(filter: MetadataFilter): string {
  return 'filters' in filter && filter.filters.length > 1 ? `(${filterText(filter)})` : filterText(filter);
}

function valueText(value: FilterValue): string {
  return JSON.stringify(value);
}
