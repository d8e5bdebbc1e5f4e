import { createAnalyzer } from './analyzer.ts';
import type { IndexDescription, SearchIndex, SearchQuery, SearchResult } from './contract.ts';
import { createCorpus } from './corpus.ts';
import { type IndexSource, type LoadedIndex, type LoadedSegment, loadIndex } from './loaded-index.ts';
import { searchIndex } from './search.ts';

/**
 * Opens an index for searching on the calling thread. The bytes given are copied: they can be let go.
 *
 * @throws LoamError `segment-damaged`; `bytes-missing` for a segment without bytes; `embedders-mixed` when encoder, manifest
 * and segments do not agree.
 */
export function openIndex(source: IndexSource): SearchIndex {
  const index = loadIndex(source);
  const description = describe(index, source);
  let searched: ((query: SearchQuery) => SearchResult) | undefined = createSearch(index);
  return {
    search: async (query) => {
      query.signal?.throwIfAborted();
      if (searched === undefined) throw new Error('The index is closed.');
      return searched(query);
    },
    describe: () => description,
    close: async () => {
      searched = undefined;
    },
  };
}

function createSearch(index: LoadedIndex): (query: SearchQuery) => SearchResult {
  const everything = createCorpus(index, index.living);
  const analyzer = createAnalyzer();
  return (query) => searchIndex(index, everything, analyzer, query);
}

function describe(index: LoadedIndex, { manifest, bytes, kernel }: IndexSource): IndexDescription {
  const fileBytes = manifest.segments.reduce((sum, { id }) => sum + (bytes.get(id)?.length ?? 0), 0);
  const scratchBytes = Object.values(index.scratch).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return {
    chunks: index.living.reduce((sum, alive) => sum + alive, 0),
    documents: index.segments.reduce((sum, segment) => sum + livingDocuments(index, segment), 0),
    segments: index.segments.length,
    memoryBytes: fileBytes + scratchBytes + index.vectors.memoryBytes + (index.rows?.memoryBytes ?? 0),
    kernel: kernel.form,
  };
}

function livingDocuments({ living }: LoadedIndex, { records, base }: LoadedSegment): number {
  return new Set(records.documentOf.filter((_, chunk) => living[base + chunk] === 1)).size;
}
