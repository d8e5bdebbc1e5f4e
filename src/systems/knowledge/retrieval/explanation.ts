import type { KeyFacts, MetadataFilter, ScoreParts } from '../../../segments/index.ts';
import type { RecordedIndex } from './index-state.ts';

/** Why a question got the passages that it got: data that API, command line and console show alike. */
export interface RetrieveExplanation {
  readonly index: RecordedIndex;
  /** What answered, the embedded index or a vector store, and why that one. */
  readonly store: { readonly type: string; readonly reason: string };
  /** Passages that exist for the caller, and how many of them passed the filter. */
  readonly chunks: number;
  readonly passed: number;
  /** How many results were asked for, and how many came. */
  readonly requested: number;
  readonly returned: number;
  /** Why fewer came than were asked for, the reason that weighs most first; empty when as many came. */
  readonly reasons: readonly Reason[];
  /** The filter that was applied, clause by clause, the implicit one included. */
  readonly clause?: ExplainedClause;
  /** What a model took from the question. */
  readonly implicitFilter?: string;
  /** The metadata keys of passages that exist for the caller. */
  readonly keys: readonly KeyFacts[];
  readonly results: readonly ExplainedResult[];
}

export interface Reason {
  readonly code:
    | 'nothing-visible'
    | 'filter-passes-none'
    | 'filter-passes-few'
    | 'passages-few'
    | 'children-joined'
    | 'reranked';
  readonly sentence: string;
}

export interface ExplainedClause {
  /** Where it stands in the filter: `andAll[1].equals`. */
  readonly path: string;
  readonly filter: MetadataFilter;
  /** For a person: `year > 2020`. */
  readonly text: string;
  /** How many visible passages pass it alone, and together with the clauses before it. */
  readonly alone: number;
  readonly together: number;
  /** Of a clause that nothing passes. */
  readonly problem?: ClauseProblem;
  readonly clauses: readonly ExplainedClause[];
}

export interface ClauseProblem {
  readonly code: 'key-unknown' | 'type-differs' | 'value-unknown';
  readonly sentence: string;
  /** Keys of nearly this name. */
  readonly nearest?: readonly string[];
}

export interface ExplainedResult {
  readonly rank: number;
  readonly chunkId: string;
  readonly uri: string;
  readonly text: string;
  readonly score: number;
  /** What words and what vectors added, and both together, before they were squashed to the score. */
  readonly lexical: number;
  readonly vector: number;
  readonly fused: number;
  /** Signal by signal. */
  readonly parts: ScoreParts;
}
