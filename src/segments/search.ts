import type { Analyzer } from './analyzer.ts';
import { type Candidates, partsAt } from './candidates.ts';
import type { Hit, SearchQuery, SearchResult } from './contract.ts';
import type { Corpora } from './corpora.ts';
import { fuseParts, squash } from './fuse.ts';
import { type LoadedIndex, segmentOf } from './loaded-index.ts';
import { readQuery } from './read-query.ts';
import { readRecord } from './records.ts';
import { candidatesOf, runStageOne } from './stage-one.ts';
import { rescore } from './stage-two.ts';

/** One search, all on the calling thread. */
export function searchIndex(
  index: LoadedIndex,
  corpora: Corpora,
  analyzer: Analyzer,
  query: SearchQuery,
): SearchResult {
  const corpus = corpora.of(query.visible);
  const passing = corpora.passing(corpus, query.filter);
  const read = readQuery(index, corpus, analyzer, query);
  query.signal?.throwIfAborted();
  const stage = runStageOne(index, corpus, read, { passing, mode: query.mode });
  query.signal?.throwIfAborted();
  const ranked = rescore(index, stage, candidatesOf(index, stage, query.limit));
  return { hits: hitsOf(index, ranked, query.limit), chunks: corpus.chunks, passed: passing.slots.length };
}

/** The best `limit` of ranked candidates, with what was kept of each. */
export function hitsOf(index: LoadedIndex, candidates: Candidates, limit: number): Hit[] {
  const fused = fuseParts(candidates.parts, candidates.slots.length);
  return Array.from(candidates.slots.subarray(0, limit), (slot, place) => {
    const { records, base } = segmentOf(index, slot);
    return {
      chunk: readRecord(records, slot - base),
      score: squash(fused[place] as number),
      parts: partsAt(candidates, place),
    };
  });
}
