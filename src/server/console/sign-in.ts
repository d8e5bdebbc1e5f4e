import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';

/**
 * Sign-in to the console by one-time links. A link is good once and for fifteen minutes; the session that it opens lives
 * in a cookie for twelve hours and ends with the process. Only hashes are kept.
 */
export interface SignIn {
  /** A fresh token for a link. */
  issue(): string;
  /** @returns the session's secret, or undefined when the token is unknown, used or too old. */
  redeem(token: string): string | undefined;
  isSession(secret: string): boolean;
  end(secret: string): void;
}

const LINK_MS = 15 * 60_000;
const SESSION_MS = 12 * 3_600_000;
const MOST = 1000;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function createSignIn({ clock, ids }: { clock: Clock; ids: Ids }): SignIn {
  const links = createExpiring(clock);
  const sessions = createExpiring(clock);
  const secret = (): string => ids.bytes(32).toString('base64url');
  return {
    issue() {
      const token = secret();
      links.add(hashOf(token), LINK_MS);
      return token;
    },
    redeem(token) {
      if (!links.take(hashOf(token))) return undefined;
      const session = secret();
      sessions.add(hashOf(session), SESSION_MS);
      return session;
    },
    isSession: (session) => sessions.has(hashOf(session)),
    end: (session) => void sessions.take(hashOf(session)),
  };
}

/** A bounded set whose members expire; the oldest goes when it is full. */
function createExpiring(clock: Clock) {
  const until = new Map<string, number>();
  const has = (key: string): boolean => (until.get(key) ?? 0) > clock.now();
  return {
    has,
    add(key: string, milliseconds: number): void {
      const [oldest] = until.keys();
      if (until.size >= MOST && oldest !== undefined) until.delete(oldest);
      until.set(key, clock.now() + milliseconds);
    },
    take(key: string): boolean {
      const valid = has(key);
      until.delete(key);
      return valid;
    },
  };
}
