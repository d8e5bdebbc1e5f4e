import type { SegmentFacts } from './assemble.ts';
import type { ReadableBytes } from './byte-region.ts';
import { Sections } from './container.ts';
import { type Dictionary, readDictionary } from './dictionary.ts';
import { type MetadataColumns, readMetadata } from './metadata-columns.ts';
import { type Postings, readPostings } from './postings.ts';
import { type Records, readRecords } from './records.ts';
import { readSequences, type Sequences } from './sequences.ts';
import { readWindows, type Windows } from './windows.ts';

/** A segment in memory. */
export interface OpenSegment {
  readonly id: string;
  readonly facts: SegmentFacts;
  readonly dictionary: Dictionary;
  readonly body: Postings;
  readonly title: Postings;
  readonly sequences: Sequences;
  /** Absent when vectors come from outside. */
  readonly windows?: Windows;
  readonly metadata: MetadataColumns;
  readonly records: Records;
  readonly vectors: { readonly values: Int8Array; readonly scales: Float32Array };
}

/**
 * @param file what is read for few chunks of a search is read from there, and not held in memory
 * @throws LoamError `segment-damaged` unless the bytes are exactly those that were built.
 */
export function openSegment(id: string, bytes: Uint8Array, file?: ReadableBytes): OpenSegment {
  const sections = new Sections<SegmentFacts>(id, bytes, file);
  return {
    id,
    facts: sections.facts,
    dictionary: readDictionary(sections),
    body: readPostings(sections, 'body'),
    title: readPostings(sections, 'title'),
    sequences: readSequences(sections),
    ...(sections.has('windows.tokens') ? { windows: readWindows(sections) } : {}),
    metadata: readMetadata(sections),
    records: readRecords(sections),
    vectors: { values: sections.int8('vectors.values'), scales: sections.float32('vectors.scales') },
  };
}

/** Which chunks are alive when these documents are dead: 1 or 0 for each. */
export function livingChunks(segment: OpenSegment, dead: ReadonlySet<string>): Uint8Array {
  const { documents, documentOf } = segment.records;
  const living = new Uint8Array(segment.facts.chunks).fill(1);
  if (dead.size === 0) return living;
  const deadNumbers = Uint8Array.from({ length: documents.length }, (_, i) => (dead.has(documents.at(i)) ? 1 : 0));
  documentOf.forEach((document, chunk) => {
    if (deadNumbers[document] === 1) living[chunk] = 0;
  });
  return living;
}
