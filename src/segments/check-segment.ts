import { Sections } from './container.ts';
import type { SegmentToMerge } from './merge.ts';
import { livingChunks, openSegment } from './open-segment.ts';

/** @throws LoamError `segment-damaged` unless the bytes are exactly those that were built */
export function checkSegment(id: string, bytes: Uint8Array): void {
  new Sections(id, bytes);
}

/** The documents that have a living chunk in a segment. @throws LoamError `segment-damaged` */
export function livingDocuments({ id, bytes, dead }: SegmentToMerge): string[] {
  const segment = openSegment(id, bytes);
  const { documents, documentOf } = segment.records;
  const numbers = new Set<number>();
  livingChunks(segment, dead).forEach((alive, chunk) => {
    if (alive === 1) numbers.add(documentOf[chunk] as number);
  });
  return Array.from(numbers, (number) => documents.at(number));
}
