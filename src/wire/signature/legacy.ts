import { createHmac, timingSafeEqual } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import type { WireRequest } from '../request.ts';
import { type LegacyCredential, MAX_PRESIGNED_SECONDS } from './credential.ts';

// The sub-resources that Signature Version 2 covers, beside the response-* overrides.
const SIGNED_QUERY = new Set(
  'accelerate acl analytics cors delete encryption intelligent-tiering inventory lifecycle location logging metrics notification object-lock legal-hold ownershipControls partNumber policy policyStatus publicAccessBlock replication requestPayment restore retention select select-type tagging torrent uploadId uploads versionId versioning versions website'.split(
    ' ',
  ),
);
const RESPONSE_OVERRIDE = /^response-(cache-control|content-(disposition|encoding|language|type)|expires)$/;

/**
 * Verifies a query signed with S3's Signature Version 2, in constant time.
 *
 * Source: "Signing and authenticating REST requests" (Signature Version 2), Amazon S3 Developer Guide.
 * @param now milliseconds since 1970
 */
export function verifyLegacySignature(
  request: WireRequest,
  credential: LegacyCredential,
  secret: string,
  now: number,
): void {
  const secondsLeft = credential.expires - now / 1000;
  if (secondsLeft < 0) throw new WireFailure('presigning-expired', 'Request has expired');
  if (secondsLeft > MAX_PRESIGNED_SECONDS) {
    throw new WireFailure(
      'incomplete-presigning',
      `Expires must be at most ${MAX_PRESIGNED_SECONDS} seconds (a week) from now.`,
    );
  }
  const { signedPath: path } = request;
  // boto signs a bucket's own path with a slash at its end, which it does not send.
  const paths = /^\/[^/]+$/.test(path) ? [path, `${path}/`] : [path];
  if (!paths.some((each) => isSigned(stringToSign(request, credential, each), credential, secret))) {
    throw new WireFailure(
      'signature-mismatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
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
    String(credential.expires),
    ...amzHeaders(request),
    `${path}${signedQuery(request)}`,
  ].join('\n');
}

function amzHeaders(request: WireRequest): string[] {
  const values = new Map<string, string>();
  for (const [name, sent] of request.query) if (name.startsWith('x-amz-')) values.set(name, sent.join(','));
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
