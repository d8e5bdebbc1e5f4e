import { createHash } from 'node:crypto';
import { LoamError } from '../../../core/errors.ts';
import type { OpenedDocument } from './document-bucket.ts';

/**
 * All bytes of an opened object and their SHA-256. Hashed as they come: all at once, a large document would hold up the event
 * loop.
 *
 * @throws what `tooLarge` gives for more than `limit` bytes; LoamError `bytes-missing`
 */
export async function readWhole(
  { size, content }: Pick<OpenedDocument, 'size' | 'content'>,
  limit: number,
  tooLarge: () => LoamError,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  if (size > limit) {
    content.destroy();
    throw tooLarge();
  }
  const bytes = new Uint8Array(size);
  const hash = createHash('sha256');
  let filled = 0;
  for await (const part of content) {
    if (filled + part.length > size) throw new LoamError('bytes-missing', { id: 'of a document' });
    bytes.set(part, filled);
    hash.update(part);
    filled += part.length;
  }
  return { bytes: bytes.subarray(0, filled), sha256: hash.digest('hex') };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
