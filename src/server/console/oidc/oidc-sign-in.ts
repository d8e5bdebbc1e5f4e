import type { ConsoleSessions } from '../../../access/console-sessions.ts';
import type { Issuers } from '../../../access/oidc/issuers.ts';
import type { Configuration } from '../../../config.ts';
import type { Clock } from '../../../core/clock.ts';
import { isLoamError } from '../../../core/errors.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Log } from '../../../core/log.ts';
import type { Fetch } from '../../../core/outbound/index.ts';
import type { Keyring } from '../../../storage/keys/keyring.ts';
import { createSealedCookies } from './sealed-cookie.ts';
import { type OidcSettings, readOidcSettings } from './settings.ts';
import { createSignInFlow, type PendingSignIn } from './sign-in-flow.ts';

/** The role that a sign-in gives, as long as it is there. */
export interface ConsoleRole {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
}

/** Where the browser comes from, for who looks at the list of sessions. */
export interface Browser {
  readonly sourceAddress?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** What became of a sign-in. */
export type SignInOutcome =
  | { readonly session: string }
  /** In several mapped groups: the person chooses; this is what the browser keeps meanwhile. */
  | { readonly choice: string }
  | { readonly refusal: Refusal };

/** Each has its own sentence on the page. */
export type Refusal = 'no-role' | 'refused' | 'expired' | 'failed' | 'unreachable';

export interface OidcSignIn {
  /** The host of the issuer, by which people know where they sign in. */
  readonly provider: string;
  /** Where to send the browser and the sealed text that it keeps. @throws LoamError `identity-provider-unreachable`. */
  begin(redirectUri: string, signal: AbortSignal): Promise<{ location: string; pending: string }>;
  finish(
    browser: Browser,
    answer: { query: URLSearchParams; pending: string; redirectUri: string },
    signal: AbortSignal,
  ): Promise<SignInOutcome>;
  /** The roles of a choice that was put. */
  rolesOf(choice: string): readonly string[];
  choose(browser: Browser, choice: string, role: string): Promise<SignInOutcome>;
}

export interface OidcSignInParts {
  readonly settings: OidcSettings;
  readonly issuers: Issuers;
  readonly fetch: Fetch;
  readonly sessions: Pick<ConsoleSessions, 'open'>;
  findRole(arn: string): Promise<ConsoleRole | undefined>;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Sign-in as it is configured. @returns undefined where no provider is. @throws ConfigurationError. */
export function openOidcSignIn(
  parts: Omit<OidcSignInParts, 'settings'>,
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): OidcSignIn | undefined {
  const settings = readOidcSettings(configuration, environment);
  return settings && createOidcSignIn({ ...parts, settings });
}

interface Choice {
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export function createOidcSignIn(parts: OidcSignInParts): OidcSignIn {
  const flow = createSignInFlow(parts);
  const cookies = createSealedCookies(parts.keyring, parts.clock);
  const openChoice = (text: string): Choice | undefined => cookies.open<Choice>('choice', text);
  return {
    provider: new URL(parts.settings.issuer).host,
    async begin(redirectUri, signal) {
      const { location, pending } = await flow.begin(redirectUri, signal);
      return { location, pending: cookies.seal('pending', pending) };
    },
    async finish(browser, { query, pending, redirectUri }, signal) {
      const opened = cookies.open<PendingSignIn>('pending', pending);
      try {
        const person = await flow.finish(query, opened, redirectUri, signal);
        const [role, ...more] = person.roles;
        if (role === undefined) return { refusal: 'no-role' };
        if (more.length > 0) return { choice: cookies.seal('choice', person) };
        return await openSession(parts, browser, person, role);
      } catch (caught) {
        parts.log.warn({ err: caught }, 'a sign-in to the console did not succeed');
        return { refusal: refusalOf(caught) };
      }
    },
    rolesOf: (text) => openChoice(text)?.roles ?? [],
    async choose(browser, text, role) {
      const choice = openChoice(text);
      if (!choice) return { refusal: 'expired' };
      return choice.roles.includes(role) ? openSession(parts, browser, choice, role) : { refusal: 'no-role' };
    },
  };
}

async function openSession(
  { findRole, sessions, settings }: OidcSignInParts,
  browser: Browser,
  { subject, name }: Choice,
  roleArn: string,
): Promise<SignInOutcome> {
  const role = await findRole(roleArn);
  // A role of the configuration that nobody made gives nothing.
  if (!role) return { refusal: 'no-role' };
  const { sourceAddress, userAgent } = browser;
  const session = await sessions.open({
    ...{ kind: 'oidc', account: role.account, name, subject, issuer: settings.issuer },
    role: { id: role.id, arn: role.arn },
    ...(sourceAddress !== undefined && { sourceAddress }),
    ...(userAgent !== undefined && { userAgent }),
  });
  return { session };
}

function refusalOf(caught: unknown): Refusal {
  if (isLoamError(caught, 'web-identity-expired')) return 'expired';
  if (isLoamError(caught, 'web-identity-refused')) return 'refused';
  if (isLoamError(caught, 'web-identity-invalid')) return 'failed';
  return 'unreachable';
}
