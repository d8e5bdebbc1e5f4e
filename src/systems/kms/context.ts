import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { Keyring } from '../../storage/keys/keyring.ts';
import type { PlaintextCache } from './plaintext-cache.ts';

/** What every verb of this system stands on. */
export interface KmsContext {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly pageTokens: PageTokens;
  readonly cache: PlaintextCache;
}
