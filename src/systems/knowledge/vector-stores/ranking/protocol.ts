import type { CorpusStatistics, RankedChunk, RankedEntries, RankRequest } from '../../../../segments/index.ts';
import type { Embedding } from '../../indexing/embedding.ts';

/** What the ranking thread is asked, always for one embedder. */
export type RankingRequest = { readonly embedding: Embedding } & (
  | { readonly kind: 'terms'; readonly text: string }
  | {
      readonly kind: 'question';
      readonly text: string;
      readonly statistics: CorpusStatistics;
      readonly given?: Float32Array;
    }
  | { readonly kind: 'suggest'; readonly chunks: readonly RankedChunk[]; readonly scores: readonly number[] }
  | { readonly kind: 'rank'; readonly request: RankRequest }
);

/** What a question is, once it is known how rare its words are. */
export interface Question {
  readonly vector: Float32Array;
  /** Of its terms, in their order. */
  readonly weights: readonly number[];
}

export type RankingAnswer = readonly string[] | Question | RankedEntries;
