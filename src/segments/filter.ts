/**
 * A condition on metadata, evaluated to a bitmap before anything is scored. Values of another type than the stored one
 * never match; `notEquals` and `notIn` also match chunks without the key.
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
  | { readonly operator: 'andAll' | 'orAll'; readonly filters: readonly MetadataFilter[] };

export type FilterValue = string | number | boolean;
