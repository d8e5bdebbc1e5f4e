import { LoamError } from '../../core/errors.ts';

const MOST_METADATA_BYTES = 2_048;

/**
 * Checks the size of user metadata: names and values together, in UTF-8.
 *
 * @throws LoamError `metadata-too-large`
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const name in metadata) bytes += Buffer.byteLength(name) + Buffer.byteLength(metadata[name] ?? '');
  if (bytes > MOST_METADATA_BYTES) throw new LoamError('metadata-too-large', { bytes, limit: MOST_METADATA_BYTES });
}
