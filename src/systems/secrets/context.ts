import type { Access, ResourceGuard } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { PageTokens } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Database } from '../../storage/database/contract.ts';
import type { DataKeys } from '../../storage/keys/data-keys.ts';
import type { Call } from '../../wire/operation.ts';

/** What every verb of this system stands on. */
export interface SecretsContext {
  readonly database: Database;
  readonly dataKeys: DataKeys;
  /** What a key of KMS says of who may use it. */
  keyGuard(question: { access: Access; scope: Scope; principal: Principal }): Promise<ResourceGuard | undefined>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly pageTokens: PageTokens;
}

/** In whose name a key of KMS is used; the service itself where there is none. */
export type KeyUser = Pick<Call, 'may' | 'principal'>;
