import type { Kernel } from '../../src/kernel/index.ts';
import {
  addSegment,
  buildSegment,
  type Chunk,
  deleteDocuments,
  type Encoder,
  emptyManifest,
  openIndex,
  type SearchIndex,
  type TokenEncoder,
} from '../../src/segments/index.ts';

const VOCABULARY = 997;

/** An encoder whose tokens are hashes of words and whose rows are arbitrary but always the same. */
export function wordEncoder(dimensions = 32, fingerprint = `words/${dimensions}`): TokenEncoder {
  const rows = Int8Array.from({ length: VOCABULARY * dimensions }, (_, i) => Math.imul(i + 1, 2_654_435_761) >> 24);
  return {
    kind: 'tokens',
    fingerprint,
    dimensions,
    tokenize: (text) => (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map(hash),
    rows,
    scales: Float32Array.from({ length: VOCABULARY }, (_, i) => (1 + (i % 5)) / 100),
  };
}

/** Builds one segment for each group of chunks and opens them as an index without the deleted documents. */
export function indexOf(
  groups: readonly (readonly Chunk[])[],
  { encoder, kernel, deleted = [] }: { encoder: Encoder; kernel: Kernel; deleted?: readonly string[] },
): SearchIndex {
  let manifest = emptyManifest(encoder);
  const bytes = new Map<string, Uint8Array>();
  groups.forEach((group, i) => {
    const built = buildSegment(group, { encoder, kernel });
    bytes.set(`s${i}`, new Uint8Array(built.bytes));
    manifest = addSegment(manifest, { id: `s${i}`, bytesId: `b${i}`, built });
  });
  return openIndex({ manifest: deleteDocuments(manifest, deleted), bytes, encoder, kernel });
}

/** A chunk of a document of its own. */
export function chunkOf(id: string, text: string, more: Partial<Chunk> = {}): Chunk {
  return { id, documentId: `d-${id}`, text, metadata: {}, ...more };
}

function hash(word: string): number {
  let value = 7;
  for (const character of word) value = (value * 31 + character.charCodeAt(0)) % VOCABULARY;
  return value;
}
