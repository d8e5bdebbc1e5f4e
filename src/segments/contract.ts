import type { KernelForm } from '../kernel/index.ts';
import type { FilterExplanation } from './explanation.ts';
import type { MetadataFilter } from './filter.ts';

/** What a metadata key of a chunk may hold. A key that is absent and a key with an empty list are different things. */
export type MetadataValue = string | number | boolean | readonly string[];

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** One passage of a document, as it is indexed and as it is found again. */
export interface Chunk {
  /** Unique in an index. Ties in a ranking are broken by it, in code unit order. */
  readonly id: string;
  /** What is deleted and replaced as a whole. All chunks of a document go into one segment. */
  readonly documentId: string;
  readonly text: string;
  /** The document's or section's title, searched as a field of its own. */
  readonly title?: string;
  /** From 1. */
  readonly page?: number;
  readonly metadata: Metadata;
  /** Kept and given back, never searched: JSON or whatever else the caller needs with a hit. */
  readonly payload?: string;
  /** Of the embedder, when the index is one of outside vectors; any length but zero, it is normalised here. */
  readonly vector?: Float32Array;
}

/**
 * A static token embedder: a text's vector is the normalised sum of its tokens' rows. Segments read the rows directly, so
 * that the kernel can pool and score them; tokens weigh what their scales say.
 */
export interface TokenEncoder {
  readonly kind: 'tokens';
  /** Provider, model, hash of the weights, dimensions. Two encoders of one fingerprint give the same vectors. */
  readonly fingerprint: string;
  /** A multiple of 16. */
  readonly dimensions: number;
  /** Token ids, each below `scales.length`; at most 65,535 tokens in the vocabulary. */
  tokenize(text: string): readonly number[];
  /** `scales.length * dimensions` values, row after row. */
  readonly rows: Int8Array;
  /** One factor for each row, above zero. */
  readonly scales: Float32Array;
}

/** An embedder that runs elsewhere: every chunk brings its vector, and so does every query that is not lexical. */
export interface OutsideVectors {
  readonly kind: 'outside';
  readonly fingerprint: string;
  readonly dimensions: number;
}

export type Encoder = TokenEncoder | OutsideVectors;

/** A built segment: immutable, self-describing, little-endian, with a checksum over all of it. */
export interface BuiltSegment {
  readonly bytes: ArrayBuffer;
  readonly embedder: Embedder;
  readonly statistics: SegmentStatistics;
}

/** Which embedder made the vectors of a segment. An index never holds those of two. */
export interface Embedder {
  readonly fingerprint: string;
  readonly dimensions: number;
}

export interface SegmentStatistics {
  readonly chunks: number;
  readonly documents: number;
  readonly bytes: number;
}

/** What the bytes of a segment are encrypted under; opened by the caller, carried along here. Plain JSON. */
export interface SegmentKey {
  /** Of the key that seals the data key. */
  readonly keyArn: string;
  /** The data key, sealed, in base64. */
  readonly sealed: string;
}

/** One segment of an index, as a manifest names it. */
export interface ManifestSegment {
  /** Chosen by the caller; names the segment in errors and merges. */
  readonly id: string;
  /** Of the object store. */
  readonly bytesId: string;
  /** Grows by one with every segment added; a merged one takes the highest of what it replaces. */
  readonly sequence: number;
  readonly statistics: SegmentStatistics;
  /** Absent where the bytes are kept as they are. */
  readonly key?: SegmentKey;
}

/** The chunks of a document are dead in every segment whose sequence is at most `until`. */
export interface Tombstone {
  readonly documentId: string;
  readonly until: number;
}

/**
 * Which segments are the index now. Plain JSON, kept by the caller in one row and swapped in one transaction; changed only
 * by the functions of `manifest.ts`. All its segments are of one embedder.
 */
export interface Manifest {
  readonly version: 1;
  readonly embedder: Embedder;
  readonly segments: readonly ManifestSegment[];
  readonly tombstones: readonly Tombstone[];
}

/** `hybrid` fuses every signal, `semantic` uses vectors alone, `lexical` words alone. */
export type SearchMode = 'hybrid' | 'semantic' | 'lexical';

export interface SearchQuery {
  readonly text: string;
  /** Needed for `hybrid` and `semantic` when the index is one of outside vectors, refused otherwise. */
  readonly vector?: Float32Array;
  readonly mode: SearchMode;
  /** 1 to 1,000. */
  readonly limit: number;
  /** What fails it is never scored and never returned. */
  readonly filter?: MetadataFilter;
  /**
   * What exists for the caller: what fails it is neither returned nor counted in any statistic, so that no score tells of
   * it. `filter` narrows what is left, and leaves term statistics alone.
   */
  readonly visible?: MetadataFilter;
  readonly signal?: AbortSignal;
}

/**
 * How a hit's score came about: what each signal added, its weight times the deviations from the average of the best
 * thousand. Words and vectors are measured each by their own deviation.
 */
export type ScoreParts = Readonly<Partial<Record<Signal, number>>>;

export type Signal = 'body' | 'title' | 'proximity' | 'expansion' | 'chunk' | 'window' | 'feedback';

export interface Hit {
  readonly chunk: Omit<Chunk, 'vector'>;
  /**
   * Above 0, below 1, falling with the rank: the sum of the parts squashed to that range, where .5 is the average of the
   * best thousand passages of this query. It compares hits of one query, not queries with each other.
   */
  readonly score: number;
  readonly parts: ScoreParts;
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Chunks that live in the index and are visible. */
  readonly chunks: number;
  /** Of those, how many passed the filter: the *why* of an empty answer. */
  readonly passed: number;
}

export interface SearchIndex {
  /**
   * Exact: everything that passes the filter is scored. The result depends on the living chunks alone, not on how they
   * are spread over segments.
   *
   * @throws LoamError `parameter-invalid` for a query the index cannot answer; the reason of the signal when it fires.
   */
  search(query: SearchQuery): Promise<SearchResult>;
  /**
   * Which clause of a filter lets how many chunks pass, and which keys there are: of what is visible alone.
   *
   * @throws LoamError `parameter-invalid` for a filter nested deeper than 16.
   */
  explain(query: Pick<SearchQuery, 'filter' | 'visible'>): Promise<FilterExplanation>;
  describe(): IndexDescription;
  /** No search after it. */
  close(): Promise<void>;
}

export interface IndexDescription {
  readonly chunks: number;
  readonly documents: number;
  readonly segments: number;
  /** Held while the index is open. */
  readonly memoryBytes: number;
  readonly kernel: KernelForm;
}
