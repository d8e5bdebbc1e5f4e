import { timingSafeEqual } from 'node:crypto';
import { WireFailure } from '../failure.ts';
import type { WireRequest } from '../request.ts';
import { canonicalRequest, sha256Hex } from './canonical.ts';
import { createPieceSignatures, type PieceSignatures } from './chain.ts';
import { ALGORITHM, formatCompactTime, MAX_SKEW_MS, parseCompactTime, type SignedCredential } from './credential.ts';
import { hmac, type SigningKeys } from './signing-key.ts';

/** How far a client's clock may be off. */
const CONTENT_HASH = 'x-amz-content-sha256';

interface Verification {
  readonly credential: SignedCredential;
  readonly request: WireRequest;
  readonly secret: string;
  readonly keys: SigningKeys;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Verifies the signature of a request, in constant time.
 *
 * @returns what verifies the pieces of a body that is signed in pieces (chunks, trailers, events)
 * @throws WireFailure clock-skew, presigning-expired, signature-mismatch
 */
export async function verifySignature(verification: Verification): Promise<PieceSignatures> {
  const { credential, request, secret, keys, now } = verification;
  checkTime(credential, now);
  if (credential.service === 's3') requireSignedHeaders(request, credential);
  const hash = declaredHash(request, credential) ?? sha256Hex(await request.body.raw());
  const scope = `${credential.date}/${credential.region}/${credential.service}/aws4_request`;
  const key = keys.derive(secret, credential);
  const text = `${ALGORITHM}\n${credential.time}\n${scope}\n${sha256Hex(canonicalRequest(request, credential, hash))}`;
  const expected = hmac(key, text);
  if (!timingSafeEqual(expected, Buffer.from(credential.signature, 'hex'))) throw mismatch();
  return createPieceSignatures({ key, scope, time: credential.time, seed: credential.signature });
}

/** The payload hash as the client declares it; undefined when it must come from the body, as boto3 does outside S3. */
function declaredHash(request: WireRequest, credential: SignedCredential): string | undefined {
  const { service, place, signedHeaders } = credential;
  const header = request.headers[CONTENT_HASH];
  if (header !== undefined && (place === 'header' || signedHeaders.includes(CONTENT_HASH))) return header;
  if (service !== 's3') return undefined;
  if (place === 'query') return request.query.get('X-Amz-Content-Sha256')?.[0] ?? 'UNSIGNED-PAYLOAD';
  throw new WireFailure('request-invalid', 'Missing required header for this request: x-amz-content-sha256.');
}

/** Whoever holds a presigned URL could else add what its maker never meant, such as `x-amz-copy-source`. */
function requireSignedHeaders({ headers }: WireRequest, { signedHeaders }: SignedCredential): void {
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || name === CONTENT_HASH || signedHeaders.includes(name)) continue;
    throw new WireFailure(
      'headers-unsigned',
      `There were headers present in the request which were not signed: ${name}.`,
    );
  }
}

function checkTime(credential: SignedCredential, now: number): void {
  const signed = parseCompactTime(credential.time);
  if (credential.expires !== undefined) checkPresigned(signed, credential.expires, now);
  else if (Math.abs(now - signed) > MAX_SKEW_MS) throw skew(credential.time, now, signed);
}

function checkPresigned(signed: number, seconds: number, now: number): void {
  if (signed - now > MAX_SKEW_MS) throw new WireFailure('presigning-expired', 'Request is not yet valid');
  if (now > signed + seconds * 1000) throw new WireFailure('presigning-expired', 'Request has expired');
}

function skew(time: string, now: number, signed: number): WireFailure {
  const bound = formatCompactTime(now + (now > signed ? -MAX_SKEW_MS : MAX_SKEW_MS));
  const problem = now > signed ? 'Signature expired' : 'Signature not yet current';
  const order = now > signed ? 'earlier' : 'later';
  return new WireFailure(
    'clock-skew',
    `${problem}: ${time} is now ${order} than ${bound} (${formatCompactTime(now)} ${now > signed ? '-' : '+'} 15 min.)`,
  );
}

function mismatch(): WireFailure {
  return new WireFailure(
    'signature-mismatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}
