import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isLoamError } from '../../../core/errors.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Keyring } from '../../../storage/keys/keyring.ts';
import type { Tags } from '../tables/identities.ts';

/**
 * What a temporary key is. It stands in its session token alone, sealed under the root key, so that every replica takes it
 * and no table grows; what may change meanwhile (the role, its policies, the account) is read anew at use.
 */
export interface Session {
  /** Of a role; of a user or root that asked for itself; of somebody whom a user speaks for. */
  readonly kind: 'role' | 'self' | 'federated';
  readonly account: string;
  /** The id of the role or user; the account's own for root. */
  readonly of: string;
  /** The name of a role session or of who is spoken for. */
  readonly name: string;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number;
  /** Session policies: a document, and ARNs of managed policies; both absent when it is not narrowed. */
  readonly policy?: string | undefined;
  readonly policyArns?: readonly string[] | undefined;
  readonly tags?: Tags | undefined;
  readonly transitive?: readonly string[] | undefined;
  readonly sourceIdentity?: string | undefined;
  /** Condition keys of a web identity: its claims and its provider. */
  readonly claims?: Tags | undefined;
}

/** Temporary keys as clients are given them. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

const ACCOUNT_LETTERS = 8;
const MOST_TOKEN_CHARACTERS = 16_384;
const MOST_SESSION_BYTES = 65_536;

export function issueKeys(keyring: Keyring, ids: Ids, session: Omit<Session, 'secret'>): TemporaryKeys {
  const accessKeyId = `ASIA${accountLetters(session.account)}${ids.id(ACCOUNT_LETTERS)}`;
  const secretAccessKey = ids.bytes(30).toString('base64');
  const text = deflateRawSync(JSON.stringify({ ...session, secret: secretAccessKey }));
  const sessionToken = keyring.seal(text, tokenContext(accessKeyId)).toString('base64url');
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(session.expires) };
}

/** @returns undefined for a token that was not made here for this key. */
export function readSession(keyring: Keyring, accessKeyId: string, token: string): Session | undefined {
  if (token.length > MOST_TOKEN_CHARACTERS) return undefined;
  try {
    const text = keyring.open(Buffer.from(token, 'base64url'), tokenContext(accessKeyId));
    return JSON.parse(inflateRawSync(text, { maxOutputLength: MOST_SESSION_BYTES }).toString('utf8')) as Session;
  } catch (error) {
    if (isLoamError(error, 'secret-unreadable')) return undefined;
    throw error;
  }
}

/** How many bytes policies and tags take in a token, packed. */
export function packedSize(parts: Pick<Session, 'policy' | 'policyArns' | 'tags'>): number {
  return deflateRawSync(JSON.stringify(parts)).length;
}

/** The account of a temporary key, which its id tells: nothing else is kept of it. */
export function accountOfTemporaryKey(accessKeyId: string): string | undefined {
  if (!/^ASIA[0-9A-Z]{16}$/.test(accessKeyId)) return undefined;
  const account = String(Number.parseInt(accessKeyId.slice(4, 4 + ACCOUNT_LETTERS), 36));
  return account.length <= 12 ? account.padStart(12, '0') : undefined;
}

function accountLetters(account: string): string {
  return Number(account).toString(36).toUpperCase().padStart(ACCOUNT_LETTERS, '0');
}

function tokenContext(accessKeyId: string): string {
  return `session-token:${accessKeyId}`;
}
