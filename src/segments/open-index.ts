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

function describe(index: LoadedIndex, { manifest, kernel, files }: IndexSource): IndexDescription {
  const fileBytes = manifest.segments.reduce((sum, { statistics }) => sum + statistics.bytes, 0);
  const leftBytes = index.segments.reduce(
    (sum, segment) => sum + (files?.has(segment.id) ? regionBytes(segment) : 0),
    0,
  );
  // The vectors of the file have gone into the matrix.
  const heldBytes = fileBytes - leftBytes - index.vectors.values.byteLength;
  const scratchBytes = Object.values(index.scratch).reduce((sum, { byteLength }) => sum + byteLength, 0);
  return {
    chunks: index.living.reduce((sum, alive) => sum + alive, 0),
    documents: index.segments.reduce((sum, segment) => sum + livingDocuments(index, segment), 0),
    segments: index.segments.length,
    memoryBytes: heldBytes + scratchBytes + index.vectors.memoryBytes + (index.rows?.memoryBytes ?? 0),
    kernel: kernel.form,
  };
}

/** What can be read from the file when it is needed. */
function regionBytes({ records, sequences, windows }: LoadedSegment): number {
  return records.blocks.length + sequences.bytes.length + (windows?.tokens.length ?? 0);
}

function livingDocuments({ living }: LoadedIndex, { records, base }: LoadedSegment): number {
  return new Set(records.documentOf.filter((_, chunk) => living[base + chunk] === 1)).size;
}
