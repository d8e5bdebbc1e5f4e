import { createHash } from 'node:crypto';

/** The key of an entry in any store: a UUID made of the knowledge base, the chunk and the number it holds from. */
export function entryKey(knowledgeBaseId: string, chunkId: string, from: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([knowledgeBaseId, chunkId, from]))
    .digest('hex');
  const variant = ((Number.parseInt(hash[16] ?? '0', 16) & 3) | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
