import type { Fetch } from '../../../core/outbound/index.ts';
import type { CorpusStatistics, Entry, LegScores, MetadataFilter, RankedChunk } from '../../../segments/index.ts';

/** What a store can do beside finding the nearest vectors under a filter. */
export interface StoreCapabilities {
  /** Whether it finds by words, and counts in how many chunks a word occurs. Without it, hybrid searches are semantic ones. */
  readonly words: boolean;
  /** The operators of filters that it evaluates itself; a filter with another one is refused. */
  readonly operators: ReadonlySet<string>;
}

/** How to reach one store, and how a knowledge base's storage configuration lays it out. */
export interface StoreTarget {
  readonly url: string;
  readonly credentials: StoreCredentials;
  readonly knowledgeBaseId: string;
  /** Table or index, by the store's own rules. */
  readonly index: string;
  readonly fields: StoreFields;
  readonly dimensions: number;
  /** For stores that speak HTTP. */
  readonly fetch: Fetch;
}

export interface StoreCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** The names of the wire's field mapping. */
export interface StoreFields {
  readonly key?: string | undefined;
  readonly vector?: string | undefined;
  readonly text: string;
  readonly metadata: string;
  readonly customMetadata?: string | undefined;
}

/** The entries that hold at one number: `from <= sequence < until`. */
export interface StoreView {
  readonly sequence: number;
  /** What exists for the caller. */
  readonly visible?: MetadataFilter | undefined;
  readonly filter?: MetadataFilter | undefined;
}

/** An entry as it is written: with the hash of its document, by which an unchanged one is known. */
export interface WrittenEntry extends Entry {
  readonly version: string;
}

/** A chunk as it was found, under the key that the legs name it by. */
export interface FoundChunk {
  readonly key: string;
  readonly chunk: RankedChunk;
}

export interface StoredDocument {
  readonly documentId: string;
  readonly version: string;
}

/** How a term is weighed when chunks are found by words. */
export interface WeighedTerm {
  readonly text: string;
  readonly weight: number;
}

/**
 * An open vector store: the entries of one knowledge base in it. Every call ends with the signal, and is bounded in time and
 * size by the store itself. Writes may be repeated: an entry is known by its chunk and the number it holds from.
 *
 * @throws LoamError `vector-store-unavailable` when it cannot be reached, `vector-store-unusable` when it is laid out otherwise
 */
export interface VectorStore {
  /** Whether the store answers at all. */
  probe(signal: AbortSignal): Promise<void>;
  /** Checks what is there and creates what is missing. */
  prepare(signal: AbortSignal): Promise<void>;
  /** The documents that hold at a number; among these ids, or after an id, in the order of their ids. */
  documents(of: DocumentsOf, signal: AbortSignal): Promise<StoredDocument[]>;
  /** Adds entries that hold from a number. */
  write(entries: readonly WrittenEntry[], from: number, signal: AbortSignal): Promise<void>;
  /** Lets entries of documents end at a number: those that hold from before it. */
  end(documentIds: readonly string[], until: number, signal: AbortSignal): Promise<void>;
  /** Undoes whatever was written for numbers above this one. */
  takeBack(sequence: number, signal: AbortSignal): Promise<void>;
  /** Removes what ended at or before a number. */
  purge(sequence: number, signal: AbortSignal): Promise<void>;
  /** How many chunks of the knowledge base itself hold. */
  count(view: StoreView, signal: AbortSignal): Promise<number>;
  /** Statistics of what is visible, `passed` under the filter too. */
  statistics(view: StoreView, terms: readonly string[], signal: AbortSignal): Promise<CorpusStatistics>;
  /** Keys and inner products of the nearest, best first. */
  nearest(view: StoreView, of: { vector: Float32Array; limit: number }, signal: AbortSignal): Promise<LegScores>;
  /** Keys and BM25 scores of those that hold some of the terms, best first. */
  matching(view: StoreView, of: WordsOf, signal: AbortSignal): Promise<LegScores>;
  /** The chunks with these keys, in any order. */
  read(keys: readonly string[], signal: AbortSignal): Promise<FoundChunk[]>;
  /** Removes everything of the knowledge base. */
  remove(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface DocumentsOf {
  readonly sequence: number;
  readonly ids?: readonly string[];
  readonly after?: string;
  readonly limit: number;
}

export interface WordsOf {
  readonly terms: readonly WeighedTerm[];
  /** Of the body, in terms. */
  readonly averageLength: number;
  readonly limit: number;
}

/** A kind of vector store. */
export interface VectorStorePlugin {
  /** As configuration names it. */
  readonly type: string;
  /** The types of `storageConfiguration` that it serves. */
  readonly storageTypes: readonly string[];
  readonly capabilities: StoreCapabilities;
  /** Whether its conformance was run against the real thing. */
  readonly tried: boolean;
  open(target: StoreTarget): VectorStore;
}

export const NEVER = 2_147_483_647;

const EVERY_OPERATOR = [
  ...['equals', 'notEquals', 'greaterThan', 'greaterThanOrEquals', 'lessThan', 'lessThanOrEquals', 'in', 'notIn'],
  ...['startsWith', 'listContains', 'stringContains', 'exists', 'andAll', 'orAll', 'not'],
];
export const ALL_OPERATORS: ReadonlySet<string> = new Set(EVERY_OPERATOR);
