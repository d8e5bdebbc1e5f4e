import { z } from 'zod';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { JobStatus } from '../../storage/jobs/contract.ts';
import type { Aliases, Answers, Moves, Retrievals, Syncs } from '../../systems/knowledge/index.ts';
import { aliasOperations } from './alias-operations.ts';
import { answerOperations } from './answer-operations.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';
import { retrievalOperations } from './retrieval-operations.ts';
import { syncOperations } from './sync-operations.ts';
import { vectorStoreOperations } from './vector-store-operations.ts';

/** What these operations need of the knowledge system. */
export interface Reembedding {
  readonly retrievals: Retrievals;
  readonly answers: Answers;
  readonly syncs: Syncs;
  readonly aliases: Aliases;
  readonly moves: Moves;
  startReembed(scope: Scope, knowledgeBaseId: string): Promise<string>;
  reembedStatus(scope: Scope, jobId: string): Promise<JobStatus | undefined>;
}

/** Embedding a knowledge base anew, and what no AWS operation asks of its syncs. They act in the caller's account and this region. */
export function knowledgeOperations(knowledge: Reembedding, region: string): LoamOperation[] {
  const scopeOf = scopesIn(region);
  return [
    ...retrievalOperations(knowledge.retrievals, region),
    ...answerOperations(knowledge.answers, knowledge.retrievals, region),
    ...syncOperations(knowledge.syncs, region),
    ...vectorStoreOperations(knowledge.moves, region),
    ...aliasOperations(knowledge.aliases, region),
    loamOperation('ReembedKnowledgeBase', z.strictObject({ knowledgeBaseId: z.string() }), async (input, caller) => ({
      jobId: await knowledge.startReembed(scopeOf(caller), input.knowledgeBaseId),
    })),
    loamOperation('GetReembedding', z.strictObject({ jobId: z.uuid() }), async ({ jobId }, caller) => {
      const job = await knowledge.reembedStatus(scopeOf(caller), jobId);
      if (!job) throw new LoamError('resource-not-found', { type: 'job', id: jobId });
      return { job };
    }),
  ];
}
