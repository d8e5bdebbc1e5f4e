import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Models } from '../../models/contract.ts';

/** What the gateway's operations stand on. */
export interface GatewayContext {
  readonly models: Models;
  readonly clock: Clock;
  readonly ids: Ids;
}
