import type { ByteRegion } from './byte-region.ts';
import { ByteReader, ByteWriter } from './byte-writer.ts';
import type { Sections, SectionWriter } from './container.ts';

/** The term ids of every chunk in the order of its text: what proximity and expansion read for the few best chunks. */
export interface Sequences {
  readonly starts: Uint32Array;
  readonly bytes: ByteRegion;
}

export function writeSequences(sections: SectionWriter, chunks: readonly Uint32Array[]): void {
  const writer = new ByteWriter(1 << 16);
  const starts = new Uint32Array(chunks.length + 1);
  chunks.forEach((chunk, i) => {
    for (const term of chunk) writer.varint(term);
    starts[i + 1] = writer.length;
  });
  sections.add('sequences.starts', starts);
  sections.add('sequences.bytes', writer.finish());
}

export function readSequences(sections: Sections): Sequences {
  return { starts: sections.uint32('sequences.starts'), bytes: sections.region('sequences.bytes', Uint8Array) };
}

/** Calls `visit` with each term of a chunk and its place, from 0. */
export function visitSequence(
  sequences: Sequences,
  chunk: number,
  visit: (term: number, position: number) => void,
): void {
  const bytes = sequenceBytes(sequences, chunk);
  const reader = new ByteReader(bytes);
  for (let position = 0; reader.position < bytes.length; position++) visit(reader.varint(), position);
}

/** The varints of a chunk's terms; they last until the next are asked for. */
export function sequenceBytes({ bytes, starts }: Sequences, chunk: number): Uint8Array {
  return bytes.read(starts[chunk] as number, starts[chunk + 1] as number);
}
