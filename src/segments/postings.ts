import { ByteReader, ByteWriter } from './byte-writer.ts';
import type { Sections, SectionWriter } from './container.ts';

/**
 * One field's inverted lists: for every term the chunks that hold it and how often. A posting is the distance to the chunk
 * before, doubled, plus one when the frequency is not 1 and follows.
 */
export interface Postings {
  /** For each term, in how many chunks it occurs. */
  readonly frequencies: Uint32Array;
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
  /** How many terms each chunk has. */
  readonly lengths: Uint32Array;
}

/** Writes the lists of `chunks`, where each is the sequence of its term ids, all below `terms`. */
export function writePostings(
  sections: SectionWriter,
  name: string,
  chunks: readonly Uint32Array[],
  terms: number,
): void {
  const lists = invert(chunks, terms);
  const writer = new ByteWriter(lists.slots.length * 2);
  const starts = new Uint32Array(terms + 1);
  for (let term = 0; term < terms; term++) {
    writeList(writer, lists, lists.starts[term] as number, lists.starts[term + 1] as number);
    starts[term + 1] = writer.length;
  }
  sections.add(`${name}.frequencies`, lists.frequencies);
  sections.add(`${name}.starts`, starts);
  sections.add(`${name}.bytes`, writer.finish());
  sections.add(
    `${name}.lengths`,
    Uint32Array.from(chunks, (chunk) => chunk.length),
  );
}

export function readPostings(sections: Sections, name: string): Postings {
  return {
    frequencies: sections.uint32(`${name}.frequencies`),
    starts: sections.uint32(`${name}.starts`),
    bytes: sections.uint8(`${name}.bytes`),
    lengths: sections.uint32(`${name}.lengths`),
  };
}

/** Calls `visit` with every chunk of a term, in order, and how often the term occurs there. */
export function visitPostings(postings: Postings, term: number, visit: (chunk: number, count: number) => void): void {
  const reader = new ByteReader(postings.bytes, postings.starts[term]);
  const end = postings.starts[term + 1] as number;
  let chunk = -1;
  while (reader.position < end) {
    const code = reader.varint();
    chunk += code >>> 1;
    visit(chunk, code & 1 ? reader.varint() : 1);
  }
}

interface Inverted {
  readonly frequencies: Uint32Array;
  /** Where each term's run begins in `slots` and `counts`. */
  readonly starts: Uint32Array;
  readonly slots: Uint32Array;
  readonly counts: Uint32Array;
}

function invert(chunks: readonly Uint32Array[], terms: number): Inverted {
  const sorted = chunks.map((chunk) => chunk.slice().sort());
  const frequencies = new Uint32Array(terms);
  for (const chunk of sorted) visitRuns(chunk, (term) => increment(frequencies, term));
  const starts = new Uint32Array(terms + 1);
  for (let term = 0; term < terms; term++) starts[term + 1] = (starts[term] as number) + (frequencies[term] as number);
  const next = starts.slice();
  const slots = new Uint32Array(starts[terms] as number);
  const counts = new Uint32Array(slots.length);
  sorted.forEach((chunk, slot) => {
    visitRuns(chunk, (term, count) => {
      const at = increment(next, term);
      slots[at] = slot;
      counts[at] = count;
    });
  });
  return { frequencies, starts, slots, counts };
}

/** @returns what stood there before. */
function increment(counts: Uint32Array, at: number): number {
  const before = counts[at] as number;
  counts[at] = before + 1;
  return before;
}

function visitRuns(sorted: Uint32Array, visit: (term: number, count: number) => void): void {
  for (let i = 0; i < sorted.length; ) {
    const first = i;
    while (i < sorted.length && sorted[i] === sorted[first]) i++;
    visit(sorted[first] as number, i - first);
  }
}

function writeList(writer: ByteWriter, { slots, counts }: Inverted, from: number, to: number): void {
  let last = -1;
  for (let i = from; i < to; i++) {
    const slot = slots[i] as number;
    const count = counts[i] as number;
    writer.varint((slot - last) * 2 + (count === 1 ? 0 : 1));
    if (count !== 1) writer.varint(count);
    last = slot;
  }
}
