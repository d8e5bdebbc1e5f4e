import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { Keyring } from '../../storage/keys/keyring.ts';

/** What the verbs of this system stand on. */
export interface IdentityContext {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly pageTokens: PageTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Told after every change that may give or take a right: whoever remembers principals forgets them, here and in other processes. */
  changed(): Promise<void>;
}

const GLOBAL_REGION = 'aws-global';

/** IAM knows no regions: whatever region a call is signed for, its tables are those of the account. */
export function globalScope({ account }: Pick<Scope, 'account'>): Scope {
  return { account, region: GLOBAL_REGION };
}
