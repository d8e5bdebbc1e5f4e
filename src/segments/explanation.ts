import type { FilterValue, MetadataFilter } from './filter.ts';

/** What a metadata key holds, by the names that the service gives types. */
export type MetadataType = 'STRING' | 'NUMBER' | 'BOOLEAN' | 'STRING_LIST';

/** One clause of a filter and how many chunks pass it. */
export interface ClauseCount {
  readonly filter: MetadataFilter;
  /** Visible chunks that pass this clause alone. */
  readonly alone: number;
  /**
   * Visible chunks that are left when the clauses are taken one after the other: in an `andAll` those that pass this one
   * and all before it, in an `orAll` those that pass this one or any before it.
   */
  readonly together: number;
  /** The clauses of a combinator, in order. */
  readonly clauses: readonly ClauseCount[];
}

/** A key as it is found on visible chunks. */
export interface KeyFacts {
  readonly key: string;
  readonly types: readonly TypeFacts[];
}

export interface TypeFacts {
  readonly type: MetadataType;
  /** How many visible chunks hold the key with a value of this type; of a list, with any member. */
  readonly chunks: number;
  /** How many different values there are. */
  readonly values: number;
  /** The most frequent ones, a few. */
  readonly samples: readonly FilterValue[];
}

/** Why a search finds what it finds, told from visible chunks alone. */
export interface FilterExplanation {
  /** Visible chunks. */
  readonly chunks: number;
  /** Of those, how many pass the filter. */
  readonly passed: number;
  /** The filter, clause by clause; absent where there is none. */
  readonly clause?: ClauseCount;
  /** In the order of their names. */
  readonly keys: readonly KeyFacts[];
}
