import { LoamError } from '../core/errors.ts';
import { type AnalyzedChunk, titleTerms } from './analyze-chunk.ts';
import { type Analyzer, createAnalyzer } from './analyzer.ts';
import { assemble } from './assemble.ts';
import type { BuiltSegment } from './contract.ts';
import { NO_SENTENCES } from './encode-passage.ts';
import { livingChunks, type OpenSegment, openSegment } from './open-segment.ts';
import { readRecord } from './records.ts';
import { visitSequence } from './sequences.ts';
import { windowsOf } from './windows.ts';

export interface SegmentToMerge {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Documents that the merged segment leaves out. */
  readonly dead: ReadonlySet<string>;
}

/**
 * One segment of all living chunks of several, byte for byte what building it of those chunks would give; nothing is
 * embedded again. Absent when nothing is alive. All on the calling thread, so call it in a worker.
 *
 * @throws LoamError `segment-damaged`, or `embedders-mixed` for segments of different embedders.
 */
export function mergeSegments(segments: readonly SegmentToMerge[]): BuiltSegment | undefined {
  const open = segments.map(({ id, bytes, dead }) => ({ segment: openSegment(id, bytes), dead }));
  const embedder = open[0]?.segment.facts.embedder;
  if (embedder === undefined) return undefined;
  const analyzer = createAnalyzer();
  const chunks: AnalyzedChunk[] = [];
  for (const { segment, dead } of open) {
    const { fingerprint } = segment.facts.embedder;
    if (fingerprint !== embedder.fingerprint) {
      throw new LoamError('embedders-mixed', { index: embedder.fingerprint, other: fingerprint });
    }
    livingChunks(segment, dead).forEach((alive, chunk) => {
      if (alive === 1) chunks.push(readAnalyzed(segment, chunk, analyzer));
    });
  }
  return chunks.length === 0 ? undefined : assemble(chunks, embedder);
}

/** A chunk of a segment as it was analysed. */
export function readAnalyzed(segment: OpenSegment, number: number, analyzer: Analyzer): AnalyzedChunk {
  const { dictionary, sequences, windows, vectors, facts, records } = segment;
  const { dimensions } = facts.embedder;
  const chunk = readRecord(records, number);
  const body: string[] = [];
  visitSequence(sequences, number, (term) => body.push(dictionary.terms.at(term)));
  return {
    chunk,
    body,
    title: titleTerms(analyzer, chunk),
    ...(windows ? windowsOf(windows, number) : NO_SENTENCES),
    vector: {
      values: vectors.values.slice(number * dimensions, (number + 1) * dimensions),
      scale: vectors.scales[number] as number,
    },
  };
}
