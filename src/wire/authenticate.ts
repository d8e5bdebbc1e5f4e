import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../core/clock.ts';
import type { Scope } from '../core/scope.ts';
import type { SignatureFacts } from './call.ts';
import type { Candidates } from './candidates.ts';
import type { AccessKey, Credentials } from './credentials.ts';
import { WireFailure } from './failure.ts';
import { type FormCredential, verifyForm } from './post-form/form-credential.ts';
import type { WireRequest } from './request.ts';
import type { PieceSignatures } from './signature/chain.ts';
import {
  type Credential,
  type LegacyCredential,
  parseCompactTime,
  type SignedCredential,
  unsupportedVersion,
} from './signature/credential.ts';
import { verifyLegacySignature } from './signature/legacy.ts';
import type { SigningKeys } from './signature/signing-key.ts';
import { verifySignature } from './signature/verify.ts';
import { decodePayload, hoistHeaders, verifyPayloadHash } from './uploads.ts';

// What anybody may make the server hold in memory.
const MAX_ANONYMOUS_BYTES = 1024 * 1024;

/** Who calls, proved. */
export interface Caller {
  readonly principal: Principal;
  readonly scope: Scope;
  /** Verifies a body that is signed in pieces. */
  readonly pieces: PieceSignatures | undefined;
  /** Undefined where nobody signed. */
  readonly signature?: SignatureFacts;
}

export interface Authentication {
  readonly credentials: Credentials;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** The region of calls whose credential names none: bearer keys and Signature Version 2. */
  readonly defaultRegion: string;
  /** Whether S3 takes query presigning with Signature Version 2. */
  readonly legacyPresigning: boolean;
}

const NOBODY: Principal = {
  type: 'anonymous',
  account: '000000000000',
  arn: 'arn:aws:iam::000000000000:anonymous',
  id: 'anonymous',
};

/**
 * Proves who calls and prepares the verification of the body, which is not read yet unless the signature needs its hash.
 *
 * @throws WireFailure with the code of whatever does not hold
 */
export async function authenticate(
  authentication: Authentication,
  request: WireRequest,
  candidates: Candidates,
  credential: Credential | undefined,
): Promise<Caller> {
  if (!credential) return anonymous(authentication, request, candidates);
  if (credential.type === 'bearer') return byBearer(authentication, credential.token);
  if (credential.type === 'legacy') return byLegacySignature(authentication, request, credential, candidates);
  requireScopeOf(candidates, credential);
  return bySignature(authentication, request, credential);
}

/** A signature for one service is none for another, whatever else names it. */
function requireScopeOf({ entries: [{ signingName }] }: Candidates, { service }: SignedCredential): void {
  if (service === signingName) return;
  throw new WireFailure('credential-scope', `Credential should be scoped to correct service: '${signingName}'.`);
}

function anonymous({ defaultRegion }: Authentication, request: WireRequest, { entries: [entry] }: Candidates): Caller {
  const isS3 = entry.signingName === 's3';
  if (!entry.anonymous && !isS3) throw missingAuthentication(isS3);
  // Of documents: what is streamed, such as an object for a bucket that is open to everybody, is never held whole.
  request.body.limitTo(MAX_ANONYMOUS_BYTES);
  if (isS3) decodePayload(request, undefined);
  return { principal: NOBODY, scope: { account: NOBODY.account, region: defaultRegion }, pieces: undefined };
}

export function missingAuthentication(s3: boolean): WireFailure {
  return new WireFailure('missing-authentication', s3 ? 'Access Denied' : 'Missing Authentication Token');
}

/**
 * Proves who made a form: its policy is what they signed.
 *
 * @throws WireFailure with the code of whatever does not hold
 */
export async function authenticateForm(
  authentication: Authentication,
  credential: FormCredential | undefined,
): Promise<Caller> {
  const { defaultRegion, keys } = authentication;
  if (!credential) {
    return { principal: NOBODY, scope: { account: NOBODY.account, region: defaultRegion }, pieces: undefined };
  }
  if (credential.version === 2 && !authentication.legacyPresigning) throw unsupportedVersion();
  const { secret, principal } = await findKey(authentication, credential);
  verifyForm(credential, secret, keys);
  const region = credential.region || defaultRegion;
  const version = credential.version === 2 ? 'AWS' : 'AWS4-HMAC-SHA256';
  const signature = { authType: 'POST', version, ageMs: undefined } as const;
  return { principal, scope: { account: principal.account, region }, pieces: undefined, signature };
}

async function byBearer({ credentials, defaultRegion }: Authentication, token: string): Promise<Caller> {
  const principal = await credentials.bearer(token);
  if (!principal) {
    throw new WireFailure('bearer-refused', 'Authentication failed: the API key is unknown, expired or revoked.');
  }
  return { principal, scope: { account: principal.account, region: defaultRegion }, pieces: undefined };
}

async function byLegacySignature(
  authentication: Authentication,
  request: WireRequest,
  credential: LegacyCredential,
  { path }: Candidates,
): Promise<Caller> {
  if (!authentication.legacyPresigning) throw unsupportedVersion();
  const key = await findKey(authentication, credential);
  verifyLegacySignature(request, credential, { secret: key.secret, now: authentication.clock.now(), path });
  if (credential.place === 'query') hoistHeaders(request);
  decodePayload(request, undefined);
  const { principal } = key;
  const scope = { account: principal.account, region: authentication.defaultRegion };
  const authType = credential.place === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER';
  const signature: SignatureFacts = { authType, version: 'AWS', ageMs: undefined };
  return { principal, scope, pieces: undefined, signature };
}

async function bySignature(
  authentication: Authentication,
  request: WireRequest,
  credential: SignedCredential,
): Promise<Caller> {
  const { principal, secret } = await findKey(authentication, credential);
  const { keys, clock } = authentication;
  const pieces = await verifySignature({ credential, request, secret, keys, now: clock.now() });
  if (credential.service === 's3') {
    if (credential.place === 'query') hoistHeaders(request);
    decodePayload(request, pieces);
  } else await verifyPayloadHash(request);
  const signature: SignatureFacts = {
    authType: credential.place === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING',
    version: 'AWS4-HMAC-SHA256',
    ageMs: Math.max(0, clock.now() - parseCompactTime(credential.time)),
  };
  return { principal, scope: { account: principal.account, region: credential.region }, pieces, signature };
}

/** The key that signed, if it is still good and came with its session token. */
export async function findKey(
  { credentials, clock }: Pick<Authentication, 'credentials' | 'clock'>,
  credential: Pick<SignedCredential | LegacyCredential, 'accessKeyId' | 'sessionToken'>,
): Promise<AccessKey> {
  const key = await credentials.find(credential.accessKeyId, credential.sessionToken);
  // A temporary key is in its token: what is wrong is the token, then.
  if (!key && credential.sessionToken) {
    throw new WireFailure('invalid-token', 'The session token in the request is malformed, or its session has ended.');
  }
  if (!key) {
    throw new WireFailure(
      'unknown-key',
      'The security token included in the request is invalid: there is no such access key.',
    );
  }
  const { sessionToken } = credential;
  if (key.expiresAt !== undefined && clock.now() >= key.expiresAt) {
    throw new WireFailure('expired-token', 'The security token included in the request is expired.');
  }
  if (!sameToken(key.sessionToken ?? '', sessionToken ?? '')) {
    throw new WireFailure('invalid-token', 'The session token in the request does not belong to its access key.');
  }
  return key;
}

// Tokens have any length: digests of them can be compared in constant time.
function sameToken(known: string, sent: string): boolean {
  if (known === '' && sent === '') return true;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(known), digest(sent));
}
