import { createAnalyzer } from './analyzer.ts';
import type { IndexDescription, SearchIndex } from './contract.ts';
import { createCorpora } from './corpora.ts';
import { explainFilter } from './explain-filter.ts';
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
  const corpora = createCorpora(index);
  const analyzer = createAnalyzer();
  let isOpen = true;
  const requireOpen = (): void => {
    if (!isOpen) throw new Error('The index is closed.');
  };
  return {
    search: async (query) => {
      query.signal?.throwIfAborted();
      requireOpen();
      return searchIndex(index, corpora, analyzer, query);
    },
    explain: async ({ filter, visible }) => {
      requireOpen();
      return explainFilter(index, corpora.of(visible), filter);
    },
    describe: () => description,
    close: async () => {
      isOpen = false;
    },
  };
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
