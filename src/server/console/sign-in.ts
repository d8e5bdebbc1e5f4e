import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';

/** One-time links to the console. A link is good once and for fifteen minutes; it ends with the process. */
export interface SignInLinks {
  /** A fresh token for a link. */
  issue(): string;
  /** @returns whether the token is one of a link that nobody used, and not too old. */
  redeem(token: string): boolean;
}

const LINK_MS = 15 * 60_000;
const MOST = 1000;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function createSignInLinks({ clock, ids }: { clock: Clock; ids: Ids }): SignInLinks {
  // Hashes, with the time when they end; the oldest goes when there are too many.
  const until = new Map<string, number>();
  return {
    issue() {
      const token = ids.bytes(32).toString('base64url');
      const [oldest] = until.keys();
      if (until.size >= MOST && oldest !== undefined) until.delete(oldest);
      until.set(hashOf(token), clock.now() + LINK_MS);
      return token;
    },
    redeem(token) {
      const hash = hashOf(token);
      const valid = (until.get(hash) ?? 0) > clock.now();
      until.delete(hash);
      return valid;
    },
  };
}
