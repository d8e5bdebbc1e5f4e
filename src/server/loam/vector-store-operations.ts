import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';
import type { Moves } from '../../systems/knowledge/index.ts';
import { type LoamOperation, loamOperation, noInput, scopesIn } from './operation.ts';

const base = z.strictObject({ knowledgeBaseId: z.string() });
const move = base.extend({ to: z.string().min(1).max(2_048), plan: z.boolean().default(false) });
const CHECK_MS = 15_000;

/** Where knowledge bases are kept, and moving them. They act in the caller's account and this region. */
export function vectorStoreOperations(moves: Moves, region: string): LoamOperation[] {
  const scopeOf = scopesIn(region);
  return [
    loamOperation('GetVectorStore', base, async ({ knowledgeBaseId }, caller) => ({
      vectorStore: await moves.placement(scopeOf(caller), knowledgeBaseId),
    })),
    loamOperation('CheckVectorStores', noInput, async (_, caller) => ({
      vectorStores: await moves.check(scopeOf(caller), AbortSignal.timeout(CHECK_MS)),
    })),
    loamOperation('MoveKnowledgeBase', move, async ({ plan, ...input }, caller) => ({
      plan: await moves.plan(scopeOf(caller), input),
      ...(!plan && { jobId: await moves.start(scopeOf(caller), input) }),
    })),
    loamOperation('GetMove', z.strictObject({ jobId: z.uuid() }), async ({ jobId }, caller) => {
      const job = await moves.status(scopeOf(caller), jobId);
      if (!job) throw new LoamError('resource-not-found', { type: 'job', id: jobId });
      return { job };
    }),
  ];
}
