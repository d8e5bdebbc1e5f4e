import type { Manifest, SearchQuery } from '../../../segments/index.ts';
import type { Embedding } from '../indexing/embedding.ts';
import type { SegmentFile } from '../indexing/segment-files.ts';

/** An index for the search thread to open, under a name that the caller chooses. */
export interface IndexToOpen {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: readonly { readonly id: string; readonly file: SegmentFile }[];
  readonly embedding: Embedding;
}

export interface OpenedIndex {
  readonly memoryBytes: number;
}

export type ThreadQuery = Omit<SearchQuery, 'signal'>;

/** What is to be explained of an index: a filter, for whom. */
export type ExplainQuery = Pick<SearchQuery, 'filter' | 'visible'>;

/** What the search thread is asked. */
export type ThreadRequest =
  | { readonly kind: 'open'; readonly index: IndexToOpen }
  | { readonly kind: 'search'; readonly name: string; readonly query: ThreadQuery }
  | { readonly kind: 'explain'; readonly name: string; readonly query: ExplainQuery }
  | { readonly kind: 'close'; readonly name: string };
