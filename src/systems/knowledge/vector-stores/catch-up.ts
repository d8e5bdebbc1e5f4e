import type { Scope } from '../../../core/scope.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { selectAnsweringStore, selectLaggingStores } from '../tables/vector-stores.ts';
import { mirrorIndex } from './mirror.ts';

const AT_ONCE = 4;

/**
 * Brings the store of a knowledge base up to date after a change of its index. A failure is logged, and the embedded index
 * answers until a later try succeeds.
 */
export async function catchUpStore(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, signal }: { knowledgeBaseId: string; signal: AbortSignal },
): Promise<void> {
  if (!context.vectorStores) return;
  const row = await selectAnsweringStore(context.database, scope, knowledgeBaseId);
  if (!row) return;
  try {
    await mirrorIndex(context, scope, { knowledgeBaseId, store: row.store, signal });
  } catch (error) {
    signal.throwIfAborted();
    context.log.warn(
      { knowledgeBaseId, store: row.store, error: String(error) },
      'A vector store was not brought up to date',
    );
  }
}

/** Brings up to date whatever store is behind, of everybody. */
export async function catchUpStores(context: KnowledgeContext, signal: AbortSignal): Promise<void> {
  if (!context.vectorStores) return;
  const lagging = await selectLaggingStores(context.database, { now: now(context), limit: AT_ONCE });
  await Promise.all(
    lagging.map(({ account, region, knowledgeBaseId }) =>
      catchUpStore(context, { account, region }, { knowledgeBaseId, signal }),
    ),
  );
}
