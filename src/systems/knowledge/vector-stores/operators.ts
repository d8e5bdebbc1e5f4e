import { LoamError } from '../../../core/errors.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import type { StoreCapabilities } from './contract.ts';

/**
 * Refuses filters that a store does not evaluate in full: what it would let through unfiltered could not be told apart.
 *
 * @throws LoamError `parameter-invalid`
 */
export function requireOperators(
  { operators }: StoreCapabilities,
  filters: readonly (MetadataFilter | undefined)[],
): void {
  for (const filter of filters) {
    const unknown = filter && operatorsOf(filter).find((operator) => !operators.has(operator));
    if (unknown === undefined) continue;
    throw new LoamError('parameter-invalid', {
      parameter: 'The filter',
      problem: `holds the operator ${unknown}, which the vector store of this knowledge base does not evaluate`,
      allowed: [...operators].join(', '),
    });
  }
}

/** Every operator in a filter. */
export function operatorsOf(filter: MetadataFilter): string[] {
  if (filter.operator === 'not') return ['not', ...operatorsOf(filter.filter)];
  return 'filters' in filter ? [filter.operator, ...filter.filters.flatMap(operatorsOf)] : [filter.operator];
}
