import type { ConsoleSession, ConsoleSessions } from '../../access/console-sessions.ts';
import type { Principal } from '../../access/principal.ts';
import type { Scope } from '../../core/scope.ts';
import type { Browser, ConsoleRole } from './oidc/oidc-sign-in.ts';

/** Who is signed in, and whom they speak for. */
export interface ConsolePeople {
  /** @returns undefined when the session ended, or the role that it is of is gone. */
  find(secret: string): Promise<{ principal: Principal; scope: Scope } | undefined>;
  /** A session that speaks for the operator's account. */
  openForLink(browser: Browser): Promise<string>;
  end(secret: string): Promise<void>;
}

/** A session of a role that was not made by STS: what it may do is what the role may now. */
export interface RoleSession {
  readonly role: ConsoleRole;
  /** As session names are: letters, digits and `_+=,.@-`, 2 to 64 of them. */
  readonly name: string;
  readonly issued: Date;
  readonly keys: Readonly<Record<string, string>>;
}

interface PeopleParts {
  readonly sessions: ConsoleSessions;
  readonly account: string;
  readonly region: string;
  /** @returns undefined when the role is gone. */
  rolePrincipal(session: RoleSession): Promise<Principal | undefined>;
}

/** The condition key by which a session of the console knows itself. */
export const SESSION_KEY = 'loam:ConsoleSession';
const LINK_NAME = 'one-time link';

export function createConsolePeople({ sessions, account, region, rolePrincipal }: PeopleParts): ConsolePeople {
  const principalOf = async (session: ConsoleSession): Promise<Principal | undefined> => {
    const keys = { [SESSION_KEY]: session.id };
    const { role, created: issued } = session;
    if (!role) return consolePrincipal(session.account, keys);
    const name = sessionName(session.name);
    return rolePrincipal({ role: { ...role, account: session.account }, name, issued, keys });
  };
  return {
    async find(secret) {
      const session = await sessions.find(secret);
      const principal = session && (await principalOf(session));
      return principal && { principal, scope: { account: principal.account, region } };
    },
    openForLink: ({ sourceAddress, userAgent }) =>
      sessions.open({
        ...{ kind: 'link', account, name: LINK_NAME },
        ...(sourceAddress !== undefined && { sourceAddress }),
        ...(userAgent !== undefined && { userAgent }),
      }),
    end: (secret) => sessions.end(secret),
  };
}

function consolePrincipal(account: string, sessionKeys: Readonly<Record<string, string>>): Principal {
  return { type: 'console', account, arn: `arn:aws:iam::${account}:root`, id: account, sessionKeys };
}

/** @example sessionName('Ada Lovelace <ada@example.com>') // 'Ada-Lovelace--ada@example.com-' */
export function sessionName(name: string): string {
  return name
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}
