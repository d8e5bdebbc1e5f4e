import { LoamError } from '../core/errors.ts';
import type { AnalyzedChunk } from './analyze-chunk.ts';
import { SectionWriter } from './container.ts';
import type { BuiltSegment, Embedder } from './contract.ts';
import { writeDictionary } from './dictionary.ts';
import { writeMetadata } from './metadata-columns.ts';
import { writePostings } from './postings.ts';
import { writeRecords } from './records.ts';
import { writeSequences } from './sequences.ts';
import { writeWindows } from './windows.ts';

/** What the head of a segment's file says of it. */
export interface SegmentFacts {
  readonly embedder: Embedder;
  readonly chunks: number;
  readonly documents: number;
}

/** Writes analysed chunks as a segment. The same chunks in the same order give the same bytes. */
export function assemble(chunks: readonly AnalyzedChunk[], embedder: Embedder): BuiltSegment {
  checkIds(chunks);
  const sections = new SectionWriter();
  const ids = writeDictionary(sections, countTerms(chunks));
  const bodies = chunks.map(({ body }) => termIds(body, ids));
  writePostings(sections, 'body', bodies, ids.size);
  writeSequences(sections, bodies);
  writePostings(
    sections,
    'title',
    chunks.map(({ title }) => termIds(title, ids)),
    ids.size,
  );
  if (chunks.some(({ lengths }) => lengths.length > 0)) writeWindows(sections, chunks);
  writeMetadata(
    sections,
    chunks.map(({ chunk }) => chunk),
  );
  const documents = writeRecords(
    sections,
    chunks.map(({ chunk }) => chunk),
  );
  writeVectors(sections, chunks, embedder.dimensions);
  const bytes = sections.finish({ embedder, chunks: chunks.length, documents } satisfies SegmentFacts);
  return { bytes, embedder, statistics: { chunks: chunks.length, documents, bytes: bytes.byteLength } };
}

function countTerms(chunks: readonly AnalyzedChunk[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { body, title } of chunks) {
    for (const term of body) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const term of title) counts.set(term, counts.get(term) ?? 0);
  }
  return counts;
}

function termIds(terms: readonly string[], ids: ReadonlyMap<string, number>): Uint32Array {
  const numbers = new Uint32Array(terms.length);
  for (let i = 0; i < terms.length; i++) numbers[i] = ids.get(terms[i] as string) as number;
  return numbers;
}

function writeVectors(sections: SectionWriter, chunks: readonly AnalyzedChunk[], dimensions: number): void {
  const values = new Int8Array(chunks.length * dimensions);
  chunks.forEach(({ vector }, i) => {
    values.set(vector.values, i * dimensions);
  });
  sections.add(
    'vectors.scales',
    Float32Array.from(chunks, ({ vector }) => vector.scale),
  );
  sections.add('vectors.values', values);
}

function checkIds(chunks: readonly AnalyzedChunk[]): void {
  const seen = new Set<string>();
  for (const { chunk } of chunks) {
    if (seen.has(chunk.id)) {
      throw new LoamError('resource-conflict', { type: 'chunk', id: chunk.id, problem: 'comes twice in one segment' });
    }
    seen.add(chunk.id);
  }
}
