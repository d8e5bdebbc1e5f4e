import type { Metadata } from './contract.ts';
import type { Condition, MetadataFilter } from './filter.ts';

/** Whether one set of metadata passes a filter: what `evaluateFilter` finds for a whole index, told as plainly as can be. */
export function matchesFilter(filter: MetadataFilter, metadata: Metadata): boolean {
  if (filter.operator === 'not') return !matchesFilter(filter.filter, metadata);
  if (!('filters' in filter)) return matchesCondition(filter, metadata);
  return filter.operator === 'andAll'
    ? filter.filters.every((part) => matchesFilter(part, metadata))
    : filter.filters.some((part) => matchesFilter(part, metadata));
}

function matchesCondition(condition: Condition, metadata: Metadata): boolean {
  const found = Object.hasOwn(metadata, condition.key) ? metadata[condition.key] : undefined;
  const list = Array.isArray(found) ? (found as readonly string[]) : [];
  switch (condition.operator) {
    case 'exists':
      return Array.isArray(found) ? list.length > 0 : found !== undefined;
    case 'equals':
      return found === condition.value;
    case 'notEquals':
      return found !== condition.value;
    case 'in':
      return condition.values.some((one) => one === found);
    case 'notIn':
      return !condition.values.some((one) => one === found);
    case 'greaterThan':
      return typeof found === 'number' && found > condition.value;
    case 'greaterThanOrEquals':
      return typeof found === 'number' && found >= condition.value;
    case 'lessThan':
      return typeof found === 'number' && found < condition.value;
    case 'lessThanOrEquals':
      return typeof found === 'number' && found <= condition.value;
    case 'startsWith':
      return typeof found === 'string' && found.startsWith(condition.value);
    case 'listContains':
      return list.includes(condition.value);
    case 'stringContains':
      return (typeof found === 'string' ? [found] : list).some((one) => one.includes(condition.value));
  }
}
