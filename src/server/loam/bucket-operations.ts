import { z } from 'zod';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

/** What these operations need of the object system. */
export interface BucketReports {
  planLifecycle(scope: Scope, options: { bucket: string; limit: number }): Promise<unknown>;
  eventCounts(scope: Scope, bucket: string): Promise<unknown>;
  retryEvents(scope: Scope, bucket: string): Promise<number>;
}

const MOST_ITEMS = 1_000;
const bucket = z.string().min(1).max(63);

/** What a bucket does by itself, and no AWS operation tells: for the root of the bucket's account. */
export function bucketOperations(objects: BucketReports, region: string): LoamOperation[] {
  const scopeOf = (action: string, resource: string, caller: Principal): Scope => {
    if (caller.type === 'root') return { account: caller.account, region };
    throw new LoamError('access-denied', { action: `loam:${action}`, resource });
  };
  const plan = z.strictObject({ bucket, limit: z.int().min(1).max(MOST_ITEMS).default(MOST_ITEMS) });
  return [
    loamOperation('PlanLifecycle', plan, async (options, caller) =>
      objects.planLifecycle(scopeOf('PlanLifecycle', options.bucket, caller), options),
    ),
    loamOperation('GetBucketEvents', z.strictObject({ bucket }), async (input, caller) => ({
      destinations: await objects.eventCounts(scopeOf('GetBucketEvents', input.bucket, caller), input.bucket),
    })),
    loamOperation('RetryBucketEvents', z.strictObject({ bucket }), async (input, caller) => ({
      retried: await objects.retryEvents(scopeOf('RetryBucketEvents', input.bucket, caller), input.bucket),
    })),
  ];
}
