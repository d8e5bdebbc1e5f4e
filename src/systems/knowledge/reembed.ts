import type { Scope } from '../../core/scope.ts';
import type { JobHandler, JobStatus, RunningJob } from '../../storage/jobs/contract.ts';
import { JOB_KINDS, type KnowledgeContext } from './context.ts';
import { reembedIndex } from './indexing/reembed.ts';
import { embeddingModelOf } from './knowledge-base-configuration.ts';
import { getUsableKnowledgeBase } from './knowledge-bases.ts';
import { selectKnowledgeBase } from './tables/knowledge-bases.ts';

type Payload = Readonly<{ knowledgeBaseId: string }>;

const MOST_ROUNDS = 5;

/**
 * Starts to embed a knowledge base anew with what its embedding model is now; its index answers as before until the new one
 * is whole.
 *
 * @returns the id of the job, for `reembedStatus`
 * @throws LoamError `resource-not-found`, `resource-conflict`
 */
export async function startReembed(context: KnowledgeContext, scope: Scope, knowledgeBaseId: string): Promise<string> {
  await getUsableKnowledgeBase(context, scope, knowledgeBaseId);
  const id = context.ids.uuid();
  await context.jobs.enqueue(scope, { id, kind: JOB_KINDS.reembed, payload: { knowledgeBaseId } });
  return id;
}

export function reembedStatus(context: KnowledgeContext, scope: Scope, id: string): Promise<JobStatus | undefined> {
  return context.jobs.status(scope, id);
}

export function reembedHandler(context: KnowledgeContext): JobHandler<Payload> {
  return { kind: JOB_KINDS.reembed, attempts: 3, concurrency: 1, run: (work) => reembed(context, work) };
}

async function reembed(context: KnowledgeContext, work: RunningJob<Payload>): Promise<void> {
  const { knowledgeBaseId } = work.payload;
  const base = await selectKnowledgeBase(context.database, work.scope, knowledgeBaseId);
  if (!base || base.status === 'DELETING') return;
  const of = {
    knowledgeBaseId,
    modelId: embeddingModelOf(base.configuration),
    owner: work.id,
    signal: work.signal,
    fence: work.fence,
    report: (done: number, total: number) => work.report({ done, total, unit: 'passages' }),
  };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (await reembedIndex(context, work.scope, of)) return;
  }
  throw new Error('The index changed all the time while it was embedded anew.');
}
