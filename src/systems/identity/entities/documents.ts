import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import { LoamError } from '../../../core/errors.ts';

/** Quotas count characters without white space. */
export function documentSize(document: string): number {
  return document.replace(/\s/g, '').length;
}

/**
 * @param limit characters without white space.
 * @throws LoamError `policy-malformed`, `entity-limit` naming `quota` when it is larger than `limit`.
 */
export function checkDocument(
  kind: 'identity' | 'trust',
  document: string,
  limit = Number.POSITIVE_INFINITY,
  quota = 'PolicySize',
): void {
  parsePolicy(document, kind);
  if (documentSize(document) <= limit) return;
  throw new LoamError('entity-limit', { message: `Cannot exceed quota for ${quota}: ${limit}` });
}

/** As answers carry documents: percent-encoded (RFC 3986). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
