import type { Clock } from '../../core/clock.ts';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Fetch } from '../../core/outbound/index.ts';
import { type Claims, checkTimes, isSignedBy, type PublishedKey, readToken } from './jwt.ts';

/** What an issuer says of itself (OpenID Connect Discovery 1.0). */
export interface IssuerDescription {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
  readonly userinfo_endpoint?: string;
  readonly end_session_endpoint?: string;
}

/** Issuers of identity tokens: what they say of themselves, and whether a token is one of theirs. */
export interface Issuers {
  /** @throws LoamError `identity-provider-unreachable`. */
  describe(issuer: string, signal: AbortSignal): Promise<IssuerDescription>;
  /**
   * Verifies signature, issuer, audience and times of a token.
   *
   * @throws LoamError `web-identity-invalid`, `web-identity-expired`, `identity-provider-unreachable`.
   */
  verify(
    token: string,
    expected: { issuer: string; audiences: readonly string[] },
    signal: AbortSignal,
  ): Promise<Claims>;
}

interface Known {
  readonly description: IssuerDescription;
  readonly keys: readonly PublishedKey[];
  readonly fetched: number;
}

const LIFE_MS = 600_000;
/** A token with an unknown key may be signed with a new one; whoever invents key ids must not make us ask for each. */
const AGAIN_MS = 10_000;
const MOST_ISSUERS = 1_000;
const MOST_KEYS = 100;
const TIMEOUT_MS = 10_000;

export function createIssuers({ fetch, clock }: { fetch: Fetch; clock: Clock }): Issuers {
  const known = new Map<string, Promise<Known>>();
  const load = (issuer: string, signal: AbortSignal): Promise<Known> => {
    const loading = loadIssuer(fetch, issuer, clock.now(), signal);
    const [oldest] = known.keys();
    if (known.size >= MOST_ISSUERS && oldest !== undefined) known.delete(oldest);
    known.set(issuer, loading);
    // What failed is asked for again by the next token.
    loading.catch(() => known.get(issuer) === loading && known.delete(issuer));
    return loading;
  };
  const get = async (issuer: string, maximumAgeMs: number, signal: AbortSignal): Promise<Known> => {
    const found = await known.get(issuer);
    return found && clock.now() - found.fetched < maximumAgeMs ? found : load(issuer, signal);
  };
  return {
    describe: async (issuer, signal) => (await get(issuer, LIFE_MS, signal)).description,
    async verify(token, { issuer, audiences }, signal) {
      const read = readToken(token);
      if (read.claims.iss !== issuer) throw invalid('Incorrect issuer: the token is of another one.');
      checkAudience(read.claims, audiences);
      const signed =
        isSignedBy(read, (await get(issuer, LIFE_MS, signal)).keys) ||
        isSignedBy(read, (await get(issuer, AGAIN_MS, signal)).keys);
      if (!signed) throw invalid("Couldn't verify the token's signature with the keys of its issuer.");
      checkTimes(read.claims, clock.now());
      return read.claims;
    },
  };
}

/** One of the audiences has to be ours; where there are several, `azp` says whom the token was made for. */
function checkAudience({ aud, azp }: Claims, audiences: readonly string[]): void {
  const ours = azp === undefined ? aud.some((one) => audiences.includes(one)) : audiences.includes(azp);
  if (!ours) throw invalid('Incorrect token audience.');
}

async function loadIssuer(fetch: Fetch, issuer: string, fetched: number, signal: AbortSignal): Promise<Known> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const description = (await fetchJson(fetch, address, limited)) as Partial<IssuerDescription>;
  if (description.issuer !== issuer) {
    throw unreachable(`The issuer at ${issuer} calls itself by another name.`);
  }
  if (typeof description.jwks_uri !== 'string') throw unreachable(`The issuer ${issuer} names no jwks_uri.`);
  const { keys } = (await fetchJson(fetch, description.jwks_uri, limited)) as { keys?: unknown };
  if (!Array.isArray(keys)) throw unreachable(`The issuer ${issuer} publishes no keys.`);
  return { description: description as IssuerDescription, keys: keys.slice(0, MOST_KEYS) as PublishedKey[], fetched };
}

async function fetchJson(fetch: Fetch, address: string, signal: AbortSignal): Promise<object> {
  try {
    const response = await fetch(address, { signal, headers: { accept: 'application/json' } });
    if (!response.ok) throw unreachable(`${address} answered ${response.status}.`);
    const value: unknown = await response.json();
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    if (isLoamError(cause, 'identity-provider-unreachable')) throw cause;
    const why = isLoamError(cause) ? ` ${cause.message}` : '';
    throw unreachable(`The identity provider cannot be asked at ${address}.${why}`, cause);
  }
  throw unreachable(`${address} answered no JSON object.`);
}

function invalid(message: string): LoamError {
  return new LoamError('web-identity-invalid', { message });
}

function unreachable(message: string, cause?: unknown): LoamError {
  return new LoamError('identity-provider-unreachable', { message }, { cause });
}
