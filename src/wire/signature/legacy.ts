import { createHmac, timingSafeEqual } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import type { WireRequest } from '../request.ts';
import { type LegacyCredential, MAX_PRESIGNED_SECONDS, MAX_SKEW_MS } from './credential.ts';

// The sub-resources that Signature Version 2 covers, beside the response-* overrides.
const SIGNED_QUERY = new Set(
  'accelerate acl analytics cors delete encryption intelligent-tiering inventory lifecycle location logging metrics notification object-lock legal-hold ownershipControls partNumber policy policyStatus publicAccessBlock replication requestPayment restore retention select select-type tagging torrent uploadId uploads versionId versioning versions website'.split(
    ' ',
  ),
);
const RESPONSE_OVERRIDE = /^response-(cache-control|content-(disposition|encoding|language|type)|expires)$/;

/**
 * Verifies a request signed with S3's Signature Version 2, in constant time.
 *
 * Source: "Signing and authenticating REST requests" (Signature Version 2), Amazon S3 Developer Guide.
 * @param now milliseconds since 1970
 * @param path with the bucket first, as it is signed even where the host names the bucket
 */
export function verifyLegacySignature(
  request: WireRequest,
  credential: LegacyCredential,
  { secret, now, path: resource }: { readonly secret: string; readonly now: number; readonly path: string },
): void {
  if (credential.place === 'header') checkSkew(credential.signedAt ?? 0, now);
  else checkExpiry(credential.expires ?? 0, now);
  const { signedPath: path } = request;
  // boto signs a bucket's own path with a slash at its end, which it does not send.
  const signed = [...new Set([path, resource])];
  const paths = signed.flatMap((each) => (/^\/[^/]+$/.test(each) ? [each, `${each}/`] : [each]));
  if (!paths.some((each) => isSigned(stringToSign(request, credential, each), credential, secret))) {
    throw new WireFailure(
      'signature-mismatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
}

function checkExpiry(expires: number, now: number): void {
  const secondsLeft = expires - now / 1000;
  if (secondsLeft < 0) throw new WireFailure('presigning-expired', 'Request has expired');
  if (secondsLeft <= MAX_PRESIGNED_SECONDS) return;
  throw new WireFailure(
    'incomplete-presigning',
    `Expires must be at most ${MAX_PRESIGNED_SECONDS} seconds (a week) from now.`,
  );
}

function checkSkew(signedAt: number, now: number): void {
  if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return;
  throw new WireFailure('clock-skew', 'The difference between the request time and the current time is too large.');
}

function isSigned(text: string, credential: LegacyCredential, secret: string): boolean {
  const expected = createHmac('sha1', secret).update(text).digest();
  const sent = Buffer.from(credential.signature, 'base64');
  return sent.length === expected.length && timingSafeEqual(expected, sent);
}

function stringToSign(request: WireRequest, credential: LegacyCredential, path: string): string {
  // A presigned URL carries in its query what is signed like a header.
  const signed = (name: string): string => request.headers[name] ?? request.query.get(name)?.[0] ?? '';
  return [
    request.method,
    signed('content-md5'),
    signed('content-type'),
    credential.place === 'query' ? String(credential.expires) : dateOf(request),
    ...amzHeaders(request, credential.place),
    `${path}${signedQuery(request)}`,
  ].join('\n');
}

// A client that sends x-amz-date signs that one, among the headers.
function dateOf({ headers }: WireRequest): string {
  return headers['x-amz-date'] === undefined ? (headers.date ?? '') : '';
}

function amzHeaders(request: WireRequest, place: LegacyCredential['place']): string[] {
  const values = new Map<string, string>();
  if (place === 'query') {
    for (const [name, sent] of request.query) if (name.startsWith('x-amz-')) values.set(name, sent.join(','));
  }
  for (const name in request.headers) if (name.startsWith('x-amz-')) values.set(name, request.headers[name] ?? '');
  return [...values].map(([name, value]) => `${name}:${value.trim()}`).sort();
}

function signedQuery(request: WireRequest): string {
  const parts: string[] = [];
  for (const [name, [value = '']] of request.query) {
    if (!SIGNED_QUERY.has(name) && !RESPONSE_OVERRIDE.test(name)) continue;
    parts.push(value === '' ? name : `${name}=${value}`);
  }
  return parts.length > 0 ? `?${parts.sort().join('&')}` : '';
}
