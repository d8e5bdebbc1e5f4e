import { createAnalyzer } from './analyzer.ts';
import type { IndexDescription, SearchIndex } from './contract.ts';
import { createCorpus } from './corpus.ts';
import { type IndexSource, type LoadedIndex, loadIndex } from './loaded-index.ts';
import { searchIndex } from './search.ts';

/**
 * Opens an index for searching on the calling thread. The bytes given are copied: they can be let go.
 *
 * @throws LoamError `segment-damaged`; `bytes-missing` for a segment without bytes; `embedders-mixed` when encoder, manifest
 * and segments do not agree.
 */
export function openIndex(source: IndexSource): SearchIndex {
  const index = loadIndex(source);
  const everything = createCorpus(index, index.living);
  const analyzer = createAnalyzer();
  const description = describe(index, source);
  return {
    search: async (query) => {
      query.signal?.throwIfAborted();
      return searchIndex(index, everything, analyzer, query);
    },
    describe: () => description,
    close: async () => undefined,
  };
}

function describe(index: LoadedIndex, { kernel }: IndexSource): IndexDescription {
  const chunks = index.living.reduce((sum, alive) => sum + alive, 0);
  return {
    chunks,
    documents: 0,
    segments: index.segments.length,
    memoryBytes: index.vectors.memoryBytes + (index.rows?.memoryBytes ?? 0),
    kernel: kernel.form,
  };
}
