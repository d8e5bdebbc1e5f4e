import type { ConditionKeys } from './policy/contract.ts';

/** How a call came and where it goes. */
export interface RequestFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly region: string;
  readonly sourceAddress?: string | undefined;
  /** Whether it came over TLS; undefined where it did not come over the network. */
  readonly secure?: boolean | undefined;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
}

// Longer texts are compared by their beginning: the client chooses them, and every pattern is held against them.
const MOST_CHARACTERS = 2_048;

/** The global condition keys that a request itself has; those of its principal are added at evaluation. */
export function globalKeys(facts: RequestFacts): ConditionKeys {
  const { now, region, sourceAddress, secure, userAgent, referer } = facts;
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    'aws:SourceIp': sourceAddress?.replace(/^::ffff:(?=\d+\.)/i, ''),
    'aws:SecureTransport': secure === undefined ? undefined : String(secure),
    'aws:UserAgent': userAgent?.slice(0, MOST_CHARACTERS),
    'aws:Referer': referer?.slice(0, MOST_CHARACTERS),
  };
}
