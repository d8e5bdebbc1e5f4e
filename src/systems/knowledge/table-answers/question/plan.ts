import type { TableColumn, TypedCell } from '../contract.ts';
import type { Aggregate } from './vocabulary.ts';

export type Comparison = '=' | '<>' | '>' | '>=' | '<' | '<=';

/** What rows have to be. */
export type Condition =
  | { readonly kind: 'compare'; readonly column: TableColumn; readonly by: Comparison; readonly value: TypedCell }
  | { readonly kind: 'one-of'; readonly column: TableColumn; readonly values: readonly string[]; readonly not: boolean }
  | { readonly kind: 'year'; readonly column: TableColumn; readonly by: Comparison; readonly year: number }
  | { readonly kind: 'month'; readonly column: TableColumn; readonly month: number };

export interface Computed {
  readonly aggregate: Aggregate;
  /** Absent: rows are counted. */
  readonly column?: TableColumn;
}

/** What a question asks of one table. */
export interface QuestionPlan {
  readonly computed: readonly Computed[];
  readonly conditions: readonly Condition[];
  /** One result for each value of it. */
  readonly groupBy?: TableColumn;
  /** Which rows, or groups, have the highest or lowest. */
  readonly ranking?: {
    readonly entity: TableColumn;
    readonly way: 'min' | 'max';
    readonly limit: number;
    readonly isRow: boolean;
  };
  /** How many words of the question the table explains. */
  readonly explained: number;
}
