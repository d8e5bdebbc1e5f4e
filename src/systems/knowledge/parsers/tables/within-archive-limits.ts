import { openZip } from '../office/zip.ts';

const READ_PARTS = /\.(?:xml|rels|bin|vml)$/i;
/** Deflate makes at most about a thousand bytes of one. */
const LARGEST_RATIO = 1_032;
const MAX_INFLATED_BYTES = 2 ** 28;

/**
 * Inflates the parts of an archive that are going to be read, and keeps nothing, so that a bomb is noticed before the library
 * takes it all into memory.
 *
 * @throws LoamError `document-unreadable` for a bomb, and for encrypted parts
 */
export function requireWithinArchiveLimits(bytes: Uint8Array, maxInflatedBytes = MAX_INFLATED_BYTES): void {
  const archive = openZip(bytes, maxInflatedBytes);
  if (bytes.length < maxInflatedBytes / LARGEST_RATIO) return;
  for (const name of archive.names) {
    if (!READ_PARTS.test(name)) continue;
    for (const piece of archive.stream(name) ?? []) void piece;
  }
}
