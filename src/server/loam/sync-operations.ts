import { z } from 'zod';
import type { Syncs } from '../../systems/knowledge/index.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';

const source = z.strictObject({ knowledgeBaseId: z.string(), dataSourceId: z.string() });
const job = source.extend({ ingestionJobId: z.string() });
const MOST_CHANGES = 10_000;
const PLAN_MS = 600_000;

const plan = source.extend({ limit: z.int().min(0).max(MOST_CHANGES).default(1_000) });
const failures = job.extend({
  maxResults: z.int().min(1).max(1_000).optional(),
  nextToken: z.string().min(1).max(2_048).optional(),
});
const guarded = source.extend({
  evaluation: z.string().min(1).max(100),
  tolerance: z.number().min(0).max(1).default(0),
});

/** What no AWS operation asks of a sync. They act in the caller's account and this region. */
export function syncOperations(syncs: Syncs, region: string): LoamOperation[] {
  const scopeOf = scopesIn(region);
  return [
    loamOperation('PlanIngestionJob', plan, async (input, caller) => ({
      plan: await syncs.plan(scopeOf(caller), { ...input, signal: AbortSignal.timeout(PLAN_MS) }),
    })),
    loamOperation('StartGuardedIngestionJob', guarded, async ({ evaluation, tolerance, ...ids }, caller) => {
      const guard = { evaluation, tolerance };
      const { id, status } = await syncs.startGuarded(scopeOf(caller), { ...ids, guard });
      return { ingestionJob: { ...ids, ingestionJobId: id, status } };
    }),
    loamOperation('GetIngestionProgress', job, async (ids, caller) => syncs.progress(scopeOf(caller), ids)),
    loamOperation('ListIngestionFailures', failures, async (request, caller) => {
      const { items, nextToken } = await syncs.failures(scopeOf(caller), request);
      return { documents: items, ...(nextToken !== undefined && { nextToken }) };
    }),
    loamOperation('WatchDataSource', source.extend({ watched: z.boolean() }), async (request, caller) => {
      await syncs.watch(scopeOf(caller), request);
      return { watched: request.watched };
    }),
  ];
}
