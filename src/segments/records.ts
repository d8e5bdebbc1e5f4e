import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ByteRegion } from './byte-region.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Sections, SectionWriter } from './container.ts';
import type { Chunk } from './contract.ts';
import { readStrings, type StringTable, writeStrings } from './string-table.ts';

/** Chunks deflated together: few enough that a hit costs little to inflate, enough that text compresses. */
const BLOCK = 8;

type StoredChunk = Omit<Chunk, 'vector'>;
type Body = Omit<StoredChunk, 'id' | 'documentId'>;

/** What was given of every chunk, kept compressed and decoded only for hits. */
export interface Records {
  readonly ids: StringTable;
  readonly documents: StringTable;
  /** For each chunk, the number of its document. */
  readonly documentOf: Uint32Array;
  readonly blockStarts: Uint32Array;
  readonly blocks: ByteRegion;
}

/** @returns the number of documents. */
export function writeRecords(sections: SectionWriter, chunks: readonly StoredChunk[]): number {
  const numbers = new Map<string, number>();
  for (const { documentId } of chunks) {
    if (!numbers.has(documentId)) numbers.set(documentId, numbers.size);
  }
  const writer = new ByteWriter(1 << 16);
  const blockStarts = new Uint32Array(Math.ceil(chunks.length / BLOCK) + 1);
  for (let block = 0; block < blockStarts.length - 1; block++) {
    const bodies = chunks.slice(block * BLOCK, (block + 1) * BLOCK).map(({ id: _, documentId: __, ...body }) => body);
    writer.append(deflateRawSync(JSON.stringify(bodies), { level: 4 }));
    blockStarts[block + 1] = writer.length;
  }
  writeStrings(
    sections,
    'ids',
    chunks.map(({ id }) => id),
  );
  writeStrings(sections, 'documents', [...numbers.keys()]);
  sections.add(
    'records.documentOf',
    Uint32Array.from(chunks, ({ documentId }) => numbers.get(documentId) ?? 0),
  );
  sections.add('records.blockStarts', blockStarts);
  sections.add('records.blocks', writer.finish());
  return numbers.size;
}

export function readRecords(sections: Sections): Records {
  return {
    ids: readStrings(sections, 'ids'),
    documents: readStrings(sections, 'documents'),
    documentOf: sections.uint32('records.documentOf'),
    blockStarts: sections.uint32('records.blockStarts'),
    blocks: sections.region('records.blocks', Uint8Array),
  };
}

export function readRecord(records: Records, chunk: number): StoredChunk {
  const block = Math.floor(chunk / BLOCK);
  const bytes = records.blocks.read(records.blockStarts[block] as number, records.blockStarts[block + 1] as number);
  const bodies: readonly Body[] = JSON.parse(inflateRawSync(bytes).toString('utf8'));
  return {
    id: records.ids.at(chunk),
    documentId: records.documents.at(records.documentOf[chunk] ?? 0),
    ...(bodies[chunk % BLOCK] as Body),
  };
}
