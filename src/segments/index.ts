/** The embedded search index: immutable segments of vectors, postings and metadata, and exact hybrid search over them. */
export { buildSegment } from './build.ts';
export type { ReadableBytes } from './byte-region.ts';
export { checkSegment, livingDocuments } from './check-segment.ts';
export type * from './contract.ts';
export type * from './entry.ts';
export type * from './explanation.ts';
export type { Condition, FilterValue, MetadataFilter } from './filter.ts';
export { filterText } from './filter-text.ts';
export {
  addSegment,
  applyMerge,
  deadDocuments,
  deleteDocuments,
  emptyManifest,
  type MergePlan,
  type NewSegment,
  planMerge,
} from './manifest.ts';
export { matchesFilter } from './matches-filter.ts';
export { mergeSegments, type SegmentToMerge } from './merge.ts';
export { openIndex } from './open-index.ts';
export {
  createRanker,
  type LegScores,
  type RankedChunk,
  type RankedEntries,
  type Ranker,
  type RankRequest,
} from './rank-entries.ts';
export { type ChunkSlice, readChunks } from './read-chunks.ts';
export { type EntrySlice, readEntries } from './read-entries.ts';
export { STABLE_LIMIT } from './stage-one.ts';
