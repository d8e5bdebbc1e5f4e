import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

/** What this operation needs of the object system. */
export interface LifecyclePlans {
  planLifecycle(scope: Scope, options: { bucket: string; limit: number }): Promise<unknown>;
}

const MOST_ITEMS = 1_000;

/** What the rules of a bucket would delete: no AWS operation tells. For the root of the bucket's account. */
export function lifecycleOperations(objects: LifecyclePlans, region: string): LoamOperation[] {
  const input = z.strictObject({
    bucket: z.string().min(1).max(63),
    limit: z.int().min(1).max(MOST_ITEMS).default(MOST_ITEMS),
  });
  return [
    loamOperation('PlanLifecycle', input, (options, caller: Principal) => {
      if (caller.type !== 'root') {
        throw new LoamError('access-denied', { action: 'loam:PlanLifecycle', resource: options.bucket });
      }
      return objects.planLifecycle({ account: caller.account, region }, options);
    }),
  ];
}
