import type { Metadata } from '../../../segments/index.ts';
import { SYSTEM_METADATA } from '../metadata-keys.ts';

/** Where a chunk that others have written comes from, by its metadata. */
export function sourceOf(metadata: Metadata): string | undefined {
  const uri = metadata[SYSTEM_METADATA.sourceUri];
  return typeof uri === 'string' ? uri : undefined;
}
