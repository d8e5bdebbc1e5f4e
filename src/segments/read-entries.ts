import { createAnalyzer } from './analyzer.ts';
import type { Entry, FieldTerms } from './entry.ts';
import type { Int8Vector } from './int8-vector.ts';
import { readAnalyzed, type SegmentToMerge } from './merge.ts';
import { livingChunks, openSegment } from './open-segment.ts';

export interface EntrySlice {
  readonly entries: readonly Entry[];
  /** Where the next slice begins; absent at the end of the segment. */
  readonly next?: number;
}

/**
 * Living chunks of a segment with their vectors and terms, as another store is to keep them. A slice begins at chunk `from`
 * and ends with the document in which it reaches `atLeast` chunks, so that no document lies in two.
 *
 * @throws LoamError `segment-damaged`
 */
export function readEntries(
  { id, bytes, dead }: SegmentToMerge,
  { from, atLeast }: { from: number; atLeast: number },
): EntrySlice {
  const segment = openSegment(id, bytes);
  const living = livingChunks(segment, dead);
  const analyzer = createAnalyzer();
  const { documentOf } = segment.records;
  const entries: Entry[] = [];
  for (let number = from; number < segment.facts.chunks; number++) {
    if (entries.length >= atLeast && documentOf[number] !== documentOf[number - 1]) return { entries, next: number };
    if (living[number] !== 1) continue;
    const { chunk, body, title, vector } = readAnalyzed(segment, number, analyzer);
    entries.push({ chunk, vector: coordinates(vector), body: fieldTerms(body), title: fieldTerms(title) });
  }
  return { entries };
}

function coordinates({ values, scale }: Int8Vector): Float32Array {
  return Float32Array.from(values, (value) => value * scale);
}

function fieldTerms(terms: readonly string[]): FieldTerms {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { counts: Object.fromEntries(counts), length: terms.length };
}
