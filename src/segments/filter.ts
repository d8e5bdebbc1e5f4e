import { LoamError } from '../core/errors.ts';
import { type MetadataColumns, markMatching, type ValueKind } from './metadata-columns.ts';

/**
 * A condition on metadata, evaluated to a mask before anything is scored. Values of another type than the stored one never
 * match; `notEquals` and `notIn` also match chunks without the key.
 */
export type MetadataFilter =
  | { readonly operator: 'equals' | 'notEquals'; readonly key: string; readonly value: FilterValue }
  | {
      readonly operator: 'greaterThan' | 'greaterThanOrEquals' | 'lessThan' | 'lessThanOrEquals';
      readonly key: string;
      readonly value: number;
    }
  | { readonly operator: 'in' | 'notIn'; readonly key: string; readonly values: readonly FilterValue[] }
  | {
      readonly operator: 'startsWith' | 'listContains' | 'stringContains';
      readonly key: string;
      readonly value: string;
    }
  /** Whether the key holds any value; an empty list is none. */
  | { readonly operator: 'exists'; readonly key: string }
  /** All of none holds for every chunk, any of none for no chunk. */
  | { readonly operator: 'andAll' | 'orAll'; readonly filters: readonly MetadataFilter[] }
  | { readonly operator: 'not'; readonly filter: MetadataFilter };

export type FilterValue = string | number | boolean;

/** A filter that is about one key. */
export type Condition = Exclude<MetadataFilter, { operator: 'andAll' | 'orAll' | 'not' }>;

const DEEPEST = 16;

/** A part of the index: the metadata of one segment, whose chunks are the slots from `base`. */
export interface FilteredSegment {
  readonly base: number;
  readonly metadata: MetadataColumns;
}

/**
 * One byte for each slot: 1 where the filter holds.
 *
 * @throws LoamError `parameter-invalid` for a filter nested deeper than 16.
 */
export function evaluateFilter(
  filter: MetadataFilter,
  segments: readonly FilteredSegment[],
  slots: number,
  depth = 1,
): Uint8Array {
  if (depth > DEEPEST) {
    throw new LoamError('parameter-invalid', {
      parameter: 'The filter',
      problem: `is nested deeper than ${DEEPEST}`,
      allowed: `at most ${DEEPEST} levels`,
    });
  }
  if (filter.operator === 'not') return negated(evaluateFilter(filter.filter, segments, slots, depth + 1));
  if (!('filters' in filter)) return evaluateCondition(filter, segments, slots);
  const all = filter.operator === 'andAll';
  const mask = new Uint8Array(slots).fill(all ? 1 : 0);
  for (const part of filter.filters) {
    const other = evaluateFilter(part, segments, slots, depth + 1);
    for (let i = 0; i < slots; i++) {
      mask[i] = all ? (mask[i] as number) & (other[i] as number) : (mask[i] as number) | (other[i] as number);
    }
  }
  return mask;
}

function evaluateCondition(condition: Condition, segments: readonly FilteredSegment[], slots: number): Uint8Array {
  const mask = new Uint8Array(slots);
  const accepts = acceptanceOf(condition);
  for (const { base, metadata } of segments) {
    for (const column of metadata.columns) {
      if (column.key !== condition.key) continue;
      markMatching(metadata, column, (value) => accepts(value, column.kind), mask, base);
    }
  }
  return condition.operator === 'notEquals' || condition.operator === 'notIn' ? negated(mask) : mask;
}

/** Changes the mask itself. */
function negated(mask: Uint8Array): Uint8Array {
  for (let slot = 0; slot < mask.length; slot++) mask[slot] = 1 - (mask[slot] as number);
  return mask;
}

type Acceptance = (value: FilterValue, kind: ValueKind) => boolean;

/** Which stored values match; of the negations, which values exclude. */
function acceptanceOf(condition: Condition): Acceptance {
  const { operator } = condition;
  switch (operator) {
    case 'exists':
      return () => true;
    case 'equals':
    case 'notEquals':
      return (value, kind) => kind !== 'member' && value === condition.value;
    case 'in':
    case 'notIn': {
      const wanted = new Set(condition.values);
      return (value, kind) => kind !== 'member' && wanted.has(value);
    }
    case 'greaterThan':
      return numbers((value) => value > condition.value);
    case 'greaterThanOrEquals':
      return numbers((value) => value >= condition.value);
    case 'lessThan':
      return numbers((value) => value < condition.value);
    case 'lessThanOrEquals':
      return numbers((value) => value <= condition.value);
    case 'startsWith':
      return (value, kind) => kind === 'string' && String(value).startsWith(condition.value);
    case 'listContains':
      return (value, kind) => kind === 'member' && value === condition.value;
    case 'stringContains':
      return (value, kind) => (kind === 'string' || kind === 'member') && String(value).includes(condition.value);
  }
}

function numbers(holds: (value: number) => boolean): Acceptance {
  return (value) => typeof value === 'number' && holds(value);
}
