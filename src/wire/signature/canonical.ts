import { createHash } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import { decodeQueryPart, encodePercent } from '../query-string.ts';
import type { WireRequest } from '../request.ts';
import type { SignedCredential } from './credential.ts';

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * The canonical request of Signature Version 4. S3 signs the path as it was sent; other services remove dot segments and
 * encode each segment once more.
 *
 * Source: "Create a signed AWS API request", AWS Identity and Access Management User Guide.
 */
export function canonicalRequest(request: WireRequest, credential: SignedCredential, payloadHash: string): string {
  const path = credential.service === 's3' ? request.signedPath : canonicalPath(request.signedPath);
  const query = canonicalQuery(request.rawQuery, credential.place === 'query');
  const headers = credential.signedHeaders.map((name) => canonicalHeader(request, name));
  return [request.method, path, query, ...headers, '', credential.signedHeaders.join(';'), payloadHash].join('\n');
}

function canonicalHeader(request: WireRequest, name: string): string {
  // HTTP/2 clients sign `:authority` in the place of `host`.
  const value = name === ':authority' ? request.host : request.headers[name];
  if (value === undefined) {
    throw new WireFailure('signature-mismatch', `The signed header '${name}' is not in the request.`);
  }
  const trimmed = value.trim();
  // The official clients sign a tab as a space as well.
  return `${name}:${/\s\s|[^\S ]/.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed}`;
}

function canonicalPath(raw: string): string {
  const kept: string[] = [];
  for (const segment of raw.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(encodePercent(segment));
  }
  return `/${kept.join('/')}${kept.length > 0 && raw.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(raw: string, presigned: boolean): string {
  if (!raw) return '';
  const pairs: string[] = [];
  for (const part of raw.split('&')) {
    if (!part) continue;
    const equals = part.indexOf('=');
    const key = encodePercent(decodeQueryPart(equals < 0 ? part : part.slice(0, equals)));
    if (presigned && key === 'X-Amz-Signature') continue;
    // A space sorts before every encoded character, so that key and value sort as a pair.
    pairs.push(`${key} ${equals < 0 ? '' : encodePercent(decodeQueryPart(part.slice(equals + 1)))}`);
  }
  return pairs
    .sort()
    .map((pair) => pair.replace(' ', '='))
    .join('&');
}
