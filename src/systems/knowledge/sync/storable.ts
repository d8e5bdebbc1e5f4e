import { LoamError } from '../../../core/errors.ts';
import type { MetadataValue } from '../../../segments/index.ts';
import type { SidecarMetadata } from './sidecar.ts';

/**
 * Metadata that can be kept as JSON in the database, unchanged: no NUL, no half of a surrogate pair.
 *
 * @throws LoamError `sidecar-invalid`
 */
export function checkStorable<Given extends Pick<SidecarMetadata, 'attributes'>>(metadata: Given): Given {
  const entries = Object.entries(metadata.attributes);
  const bad = entries.find(([key, value]) => !isStorable(key) || !textsOf(value).every(isStorable));
  if (bad === undefined) return metadata;
  const problem = 'a key or a value of it holds a NUL or half a character';
  throw new LoamError('sidecar-invalid', { problem });
}

/** Whether the database takes a text: PostgreSQL knows no NUL, and JSON there no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

function textsOf(value: MetadataValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' ? value : [];
}
