import type { Chunk } from './contract.ts';
import type { SegmentToMerge } from './merge.ts';
import { livingChunks, openSegment } from './open-segment.ts';
import { readRecord } from './records.ts';

export interface ChunkSlice {
  readonly chunks: readonly Omit<Chunk, 'vector'>[];
  /** Where the next slice begins; absent at the end of the segment. */
  readonly next?: number;
}

/**
 * Living chunks of a segment as they were given, without their vectors: to embed them anew. A slice begins at chunk `from`
 * and ends with the document in which it reaches `atLeast` chunks, so that no document lies in two.
 *
 * @throws LoamError `segment-damaged`
 */
export function readChunks(
  { id, bytes, dead }: SegmentToMerge,
  { from, atLeast }: { from: number; atLeast: number },
): ChunkSlice {
  const { records, facts, ...rest } = openSegment(id, bytes);
  const living = livingChunks({ records, facts, ...rest }, dead);
  const chunks: Omit<Chunk, 'vector'>[] = [];
  for (let number = from; number < facts.chunks; number++) {
    const isNewDocument = records.documentOf[number] !== records.documentOf[number - 1];
    if (chunks.length >= atLeast && isNewDocument) return { chunks, next: number };
    if (living[number] === 1) chunks.push(readRecord(records, number));
  }
  return { chunks };
}
