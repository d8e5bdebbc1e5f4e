import { isLoamError } from '../../core/errors.ts';
import type { JobHandler, RunningJob } from '../../storage/jobs/contract.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import { ensureIndex } from './indexing/ensure-index.ts';
import { embeddingModelOf } from './knowledge-base-configuration.ts';
import { selectKnowledgeBase, setKnowledgeBaseStatus } from './tables/knowledge-bases.ts';
import { catchUpStore } from './vector-stores/catch-up.ts';

type Payload = Readonly<{ knowledgeBaseId: string }>;

/** Makes the empty index of a new knowledge base; when its embedding model does not answer, or its vector store cannot hold it, it is FAILED and says why. */
export function creationHandler(context: KnowledgeContext): JobHandler<Payload> {
  return { kind: JOB_KINDS.createKnowledgeBase, attempts: 5, concurrency: 8, run: (work) => create(context, work) };
}

async function create(context: KnowledgeContext, { scope, payload, signal }: RunningJob<Payload>): Promise<void> {
  const { knowledgeBaseId } = payload;
  const base = await selectKnowledgeBase(context.database, scope, knowledgeBaseId);
  if (base?.status !== 'CREATING') return;
  try {
    const modelId = embeddingModelOf(base.configuration);
    await ensureIndex(context, scope, { knowledgeBaseId, modelId, signal });
    await catchUpStore(context, scope, { knowledgeBaseId, signal });
  } catch (error) {
    signal.throwIfAborted();
    // A model that does not answer after all its tries: the knowledge base says so, and can be made again.
    if (!isLoamError(error) || error.kind === 'unavailable') throw error;
    const at = now(context);
    const change = { id: knowledgeBaseId, status: 'FAILED' as const, failureReasons: [error.message], at };
    await setKnowledgeBaseStatus(context.database, scope, change);
  }
}
