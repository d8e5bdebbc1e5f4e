import { createHash, timingSafeEqual } from 'node:crypto';
import type { Issuers } from '../../../access/oidc/issuers.ts';
import { type Claims, readList } from '../../../access/oidc/jwt.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Fetch } from '../../../core/outbound/index.ts';
import type { OidcSettings } from './settings.ts';

/** What must come back as it went out: kept by the browser, sealed. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636): only who began can redeem the code. */
  readonly verifier: string;
}

/** Whom the provider says that somebody is, and which roles that gives. */
export interface SignedInPerson {
  readonly subject: string;
  /** A mail address or a name, for people to read. */
  readonly name: string;
  /** ARNs, in the order of the configuration. */
  readonly roles: readonly string[];
}

export interface SignInFlow {
  /** Where to send the browser, and what it has to keep. */
  begin(redirectUri: string, signal: AbortSignal): Promise<{ location: string; pending: PendingSignIn }>;
  /**
   * @param answer what the provider sent the browser back with.
   * @throws LoamError `web-identity-invalid` (state, nonce, signature, audience), `web-identity-expired`,
   * `web-identity-refused` when the provider refused, `identity-provider-unreachable`.
   */
  finish(
    answer: URLSearchParams,
    pending: PendingSignIn | undefined,
    redirectUri: string,
    signal: AbortSignal,
  ): Promise<SignedInPerson>;
}

interface FlowParts {
  readonly settings: OidcSettings;
  readonly issuers: Issuers;
  readonly fetch: Fetch;
  readonly ids: Ids;
}

interface Tokens {
  readonly id_token?: unknown;
  readonly access_token?: unknown;
}

/** Signs people in by the authorization code flow with PKCE (OpenID Connect Core 1.0, 3.1). */
export function createSignInFlow(parts: FlowParts): SignInFlow {
  const { settings, issuers, ids } = parts;
  const secret = (): string => ids.bytes(32).toString('base64url');
  return {
    async begin(redirectUri, signal) {
      const { authorization_endpoint: endpoint } = await issuers.describe(settings.issuer, signal);
      if (endpoint === undefined) throw unreachable('names no authorization_endpoint');
      const pending = { state: secret(), nonce: secret(), verifier: secret() };
      const location = new URL(endpoint);
      const challenge = createHash('sha256').update(pending.verifier).digest('base64url');
      const query = {
        ...{ response_type: 'code', client_id: settings.clientId, redirect_uri: redirectUri },
        ...{ scope: settings.scopes.join(' '), state: pending.state, nonce: pending.nonce },
        ...{ code_challenge: challenge, code_challenge_method: 'S256' },
      };
      for (const [name, value] of Object.entries(query)) location.searchParams.set(name, value);
      return { location: location.href, pending };
    },
    async finish(answer, pending, redirectUri, signal) {
      if (!pending || !isSame(answer.get('state') ?? '', pending.state)) {
        throw invalid('The sign-in was begun in another browser, or more than ten minutes ago.');
      }
      const code = answer.get('code');
      if (!code) throw refused(answer);
      const tokens = await redeem(parts, { code, verifier: pending.verifier, redirectUri }, signal);
      const expected = { issuer: settings.issuer, audiences: [settings.clientId] };
      const claims = await issuers.verify(String(tokens.id_token ?? ''), expected, signal);
      if (!isSame(claims.nonce ?? '', pending.nonce)) throw invalid('The identity token is of another sign-in.');
      return describePerson(settings, claims.sub, await wholeClaims(parts, claims, tokens, signal));
    },
  };
}

async function redeem(
  { settings, issuers, fetch }: FlowParts,
  { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string },
  signal: AbortSignal,
): Promise<Tokens> {
  const { token_endpoint: endpoint } = await issuers.describe(settings.issuer, signal);
  if (endpoint === undefined) throw unreachable('names no token_endpoint');
  const { clientId, clientSecret } = settings;
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    ...(clientSecret === undefined && { client_id: clientId }),
  });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (clientSecret !== undefined) headers.authorization = basic(clientId, clientSecret);
  const response = await fetch(endpoint, { method: 'POST', headers, body: body.toString(), signal });
  const value: unknown = await response.json().catch(() => undefined);
  // The code may have been used before, or by somebody else.
  if (!response.ok || typeof value !== 'object' || value === null) {
    throw invalid(`The identity provider took the sign-in back (it answered ${response.status}).`);
  }
  return value;
}

/** Groups stand in the identity token, or with some providers only where the access token opens. */
async function wholeClaims(
  { settings, issuers, fetch }: FlowParts,
  { sub, all }: Claims,
  tokens: Tokens,
  signal: AbortSignal,
): Promise<Claims['all']> {
  if (all[settings.groupsClaim] !== undefined) return all;
  const { userinfo_endpoint: endpoint } = await issuers.describe(settings.issuer, signal);
  if (endpoint === undefined || typeof tokens.access_token !== 'string') return all;
  const response = await fetch(endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` }, signal });
  const more = response.ok ? ((await response.json()) as Record<string, unknown>) : {};
  return more.sub === sub ? { ...more, ...all } : all;
}

function describePerson({ roles, groupsClaim }: OidcSettings, subject: string, all: Claims['all']): SignedInPerson {
  const groups = readList(all[groupsClaim]);
  const name = [all.email, all.preferred_username, all.name].find((one) => typeof one === 'string' && one !== '');
  const mapped = [...roles].filter(([group]) => groups.includes(group)).map(([, role]) => role);
  return { subject, name: typeof name === 'string' ? name : subject, roles: [...new Set(mapped)] };
}

// RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return one !== '' && timingSafeEqual(digest(one), digest(other));
}

function refused(answer: URLSearchParams): LoamError {
  const why = (answer.get('error') ?? 'without a reason').slice(0, 100);
  return new LoamError('web-identity-refused', { message: `The identity provider refused the sign-in: ${why}.` });
}

function invalid(message: string): LoamError {
  return new LoamError('web-identity-invalid', { message });
}

function unreachable(problem: string): LoamError {
  return new LoamError('identity-provider-unreachable', { message: `The identity provider ${problem}.` });
}
