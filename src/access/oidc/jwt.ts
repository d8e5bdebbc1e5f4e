import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { LoamError } from '../../core/errors.ts';

/** A JSON Web Key as an issuer publishes it (RFC 7517). */
export interface PublishedKey extends JsonWebKey {
  readonly kid?: string;
  readonly use?: string;
  readonly alg?: string;
}

/** A token (RFC 7519), read but not believed. */
export interface ReadToken {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly claims: Claims;
  /** What the signature covers. */
  readonly signed: string;
  readonly signature: Buffer;
}

export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  /** Seconds since 1970. */
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly nonce?: string;
  readonly azp?: string;
  readonly amr: readonly string[];
  /** Everything else that the issuer says, as it stands there. */
  readonly all: Readonly<Record<string, unknown>>;
}

const MOST_CHARACTERS = 20_000;
/** How far the issuer's clock may be off. */
const SKEW_SECONDS = 60;
const LEAST_RSA_BITS = 2048;

// Never `none` and never a shared secret: a published key must not become one (RFC 8725, 2.1).
const ALGORITHMS: Readonly<Record<string, { hash: string; type: 'rsa' | 'ec'; curve?: string }>> = {
  RS256: { hash: 'sha256', type: 'rsa' },
  RS384: { hash: 'sha384', type: 'rsa' },
  RS512: { hash: 'sha512', type: 'rsa' },
  ES256: { hash: 'sha256', type: 'ec', curve: 'P-256' },
  ES384: { hash: 'sha384', type: 'ec', curve: 'P-384' },
};

/** @throws LoamError `web-identity-invalid` for what is no token of a kind that is taken. */
export function readToken(token: string): ReadToken {
  const [head = '', body = '', mark = '', ...rest] = token.split('.');
  if (token.length > MOST_CHARACTERS || rest.length > 0 || mark === '') throw invalid('The token is not a JWT');
  const header = readPart(head);
  if (typeof header.alg !== 'string' || !ALGORITHMS[header.alg]) {
    throw invalid(`The token is not signed with one of ${Object.keys(ALGORITHMS).join(', ')}`);
  }
  if (header.crit !== undefined) throw invalid('The token has critical headers, of which none is known');
  return {
    algorithm: header.alg,
    keyId: typeof header.kid === 'string' ? header.kid : undefined,
    claims: readClaims(readPart(body)),
    signed: `${head}.${body}`,
    signature: Buffer.from(mark, 'base64url'),
  };
}

/** Whether one of the issuer's keys made the signature. */
export function isSignedBy({ algorithm, keyId, signed, signature }: ReadToken, keys: readonly PublishedKey[]): boolean {
  const rule = ALGORITHMS[algorithm];
  if (!rule) return false;
  const fitting = keys.filter((key) => fits(key, { algorithm, keyId }, rule));
  return fitting.some((key) => {
    const publicKey = importKey(key);
    if (!publicKey || (publicKey.asymmetricKeyDetails?.modulusLength ?? LEAST_RSA_BITS) < LEAST_RSA_BITS) return false;
    return verify(rule.hash, Buffer.from(signed), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  });
}

/** @throws LoamError `web-identity-expired`, `web-identity-invalid` when it is not good yet. */
export function checkTimes({ exp, nbf, iat }: Claims, now: number): void {
  const seconds = now / 1000;
  if (exp <= seconds - SKEW_SECONDS) {
    throw new LoamError('web-identity-expired', { message: 'Token expired: its exp has passed.' });
  }
  if ((nbf ?? 0) > seconds + SKEW_SECONDS) throw invalid('The token is not good yet: its nbf is to come');
  if ((iat ?? 0) > seconds + SKEW_SECONDS) throw invalid('The token was issued in the future');
}

function fits(
  { kid, kty, crv, use, alg }: PublishedKey,
  token: Pick<ReadToken, 'algorithm' | 'keyId'>,
  rule: { type: 'rsa' | 'ec'; curve?: string },
): boolean {
  if (token.keyId !== undefined && kid !== undefined && kid !== token.keyId) return false;
  if (use !== undefined && use !== 'sig') return false;
  if (alg !== undefined && alg !== token.algorithm) return false;
  return rule.type === 'rsa' ? kty === 'RSA' : kty === 'EC' && crv === rule.curve;
}

function importKey(key: PublishedKey) {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (error) {
    // A key that cannot be read signs nothing; others of the issuer may.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function readPart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw invalid('The token is not a JWT', cause);
  }
  throw invalid('The token is not a JWT');
}

function readClaims(all: Record<string, unknown>): Claims {
  const { iss, sub, exp, nbf, iat, nonce, azp } = all;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') {
    throw invalid('The token lacks one of the claims iss, sub and exp');
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return {
    ...{ iss, sub, exp, all, aud: readList(all.aud), amr: readList(all.amr) },
    ...withValue({ nbf: number(nbf), iat: number(iat), nonce: text(nonce), azp: text(azp) }),
  };
}

/** A string or a list of strings, as `aud` may be. */
export function readList(value: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === 'string');
}

function withValue<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

function invalid(problem: string, cause?: unknown): LoamError {
  return new LoamError('web-identity-invalid', { message: `${problem}.` }, { cause });
}
