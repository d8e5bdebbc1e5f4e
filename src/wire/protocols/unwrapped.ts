import type { NormalizedSchema } from '@smithy/core/schema';
import { structureParts } from '../model.ts';
import { escapeXml } from '../xml-text.ts';
import type { Members } from './codec.ts';

/**
 * S3's GetBucketLocation answers with the bare value of its only member, as no other operation does:
 * `<LocationConstraint xmlns="…">eu-west-1</LocationConstraint>`.
 */
export function unwrappedDocument(
  document: NormalizedSchema,
  xmlNamespace: string,
  output: Members,
): string | undefined {
  const names = structureParts(document)?.names ?? [];
  const [name] = names;
  if (names.length !== 1 || name !== UNWRAPPED) return undefined;
  const value = output[name];
  const start = `<${name} xmlns="${escapeXml(xmlNamespace)}"`;
  return value === undefined || value === null || value === ''
    ? `${start}/>`
    : `${start}>${escapeXml(String(value))}</${name}>`;
}

const UNWRAPPED = 'LocationConstraint';
