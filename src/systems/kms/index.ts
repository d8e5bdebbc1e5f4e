/** Keys: the KMS API, and data keys for whatever else Loam stores. */
import type { ResourceGuard } from '../../access/policy/contract.ts';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { DataKeys } from '../../storage/keys/data-keys.ts';
import type { Keyring } from '../../storage/keys/keyring.ts';
import type { ServiceOperations } from '../../wire/operation.ts';
import { kmsOperations } from './api/index.ts';
import type { KmsContext } from './context.ts';
import { createDataKeys } from './data-keys.ts';
import { guardKey, type KeyQuestion } from './guard.ts';
import { destroyDueKeys } from './key-life.ts';
import { kmsMigrations } from './migrations/list.ts';
import { createPlaintextCache } from './plaintext-cache.ts';
import { rotateDueKeys } from './rotation.ts';

export { contextKeys } from './context-keys.ts';
export { namedArn } from './find-key.ts';
export { KEY_CHANNEL } from './plaintext-cache.ts';
export {
  applyKeyTombstones,
  type KeyTombstone,
  selectKeyTombstones,
  selectLivingKeys,
} from './tables/key-tombstones.ts';
export { type KeyQuestion, kmsMigrations };

export interface KmsOptions {
  readonly database: Database;
  /** What key material is sealed under. */
  readonly keyring: Keyring;
  readonly pageTokens: PageTokens;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Kms {
  readonly operations: ServiceOperations;
  readonly dataKeys: DataKeys;
  /** What a key says of who may use it, for services that use it in a caller's name. @throws LoamError `kms-key-not-found` */
  guard(question: KeyQuestion): Promise<ResourceGuard | undefined>;
  /** Destroys and rotates the keys whose time has come. To be called now and then; a minute is a good period. */
  sweep(): Promise<{ destroyed: number; rotated: number }>;
}

const CACHE = { entries: 10_000, lifeMs: 300_000 };

/** @example const kms = createKms({ database, keyring, pageTokens, clock, ids, log }) */
export function createKms(options: KmsOptions): Kms {
  const context: KmsContext = { ...options, cache: createPlaintextCache(options.database, options.clock, CACHE) };
  return {
    operations: kmsOperations(context),
    dataKeys: createDataKeys(context),
    guard: (question) => guardKey(context, question),
    async sweep() {
      return { destroyed: await destroyDueKeys(context), rotated: await rotateDueKeys(context) };
    },
  };
}
