import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Database } from '../storage/database/contract.ts';
import { createConsoleSessionTable } from './console-session-table.ts';

/** Somebody who is signed in to the console in one browser. */
export interface ConsoleSession {
  readonly id: string;
  /** By a one-time link, which speaks for the operator's account; or by an identity provider, as a role. */
  readonly kind: 'link' | 'oidc';
  readonly account: string;
  /** Who a person reads: a mail address, or what the link was. */
  readonly name: string;
  /** What the provider calls the person. */
  readonly subject?: string;
  readonly issuer?: string;
  readonly role?: { readonly id: string; readonly arn: string };
  readonly created: Date;
  readonly lastSeen: Date;
  readonly expires: Date;
  readonly sourceAddress?: string;
  readonly userAgent?: string;
}

export type NewConsoleSession = Omit<ConsoleSession, 'id' | 'created' | 'lastSeen' | 'expires'>;

/** Sessions of the console. They outlive a restart and end after twelve hours, after two without use, or by revocation. */
export interface ConsoleSessions {
  /** @returns the secret that the browser keeps; only its hash is stored. */
  open(session: NewConsoleSession): Promise<string>;
  /** @returns undefined when it ended. */
  find(secret: string): Promise<ConsoleSession | undefined>;
  /** Sign-out. */
  end(secret: string): Promise<void>;
  /** Those that have not ended, the last seen first. */
  list(): Promise<ConsoleSession[]>;
  /** @returns whether there was one. */
  revoke(id: string): Promise<boolean>;
}

const HOUR_MS = 3_600_000;
export const CONSOLE_LIFE = { absoluteMs: 12 * HOUR_MS, idleMs: 2 * HOUR_MS };
// A session that is at work writes this often that it is.
const TOUCH_MS = 60_000;
const MOST_USER_AGENT = 300;

export function createConsoleSessions({
  database,
  clock,
  ids,
}: {
  database: Database;
  clock: Clock;
  ids: Ids;
}): ConsoleSessions {
  const table = createConsoleSessionTable(database);
  const isOver = ({ expires, lastSeen }: ConsoleSession): boolean =>
    expires.getTime() <= clock.now() || lastSeen.getTime() + CONSOLE_LIFE.idleMs <= clock.now();
  return {
    async open({ userAgent, ...session }) {
      const now = clock.now();
      await table.removeOld({ now: new Date(now), idleSince: new Date(now - CONSOLE_LIFE.idleMs) });
      const secret = ids.bytes(32).toString('base64url');
      await table.insert(hashOf(secret), {
        ...session,
        ...(userAgent !== undefined && { userAgent: userAgent.slice(0, MOST_USER_AGENT) }),
        ...{ id: ids.uuid(), created: new Date(now), lastSeen: new Date(now) },
        expires: new Date(now + CONSOLE_LIFE.absoluteMs),
      });
      return secret;
    },
    async find(secret) {
      if (secret === '') return undefined;
      const session = await table.find(hashOf(secret));
      if (!session || isOver(session)) return undefined;
      if (session.lastSeen.getTime() + TOUCH_MS <= clock.now()) await table.touch(session.id, new Date(clock.now()));
      return session;
    },
    end: (secret) => table.removeByHash(hashOf(secret)),
    list: async () => (await table.list()).filter((session) => !isOver(session)),
    revoke: (id) => table.remove(id),
  };
}

// 256 random bits: a plain hash of them needs no salt and no stretching.
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
