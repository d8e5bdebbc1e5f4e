import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { embeddingModelOf } from '../knowledge-base-configuration.ts';
import { knowledgeBaseNotFound } from '../knowledge-bases.ts';
import { type IndexStateRow, selectEarliestState, selectStateAt, selectStateOf } from '../tables/index-history.ts';
import { selectIndexState } from '../tables/indexes.ts';
import type { SearchedIndex } from './index-search.ts';

/** Which state of an index an answer was made from: enough to ask the same state again while it is kept. */
export interface RecordedIndex {
  readonly version: number;
  /** Two states of one content find the same. */
  readonly content: number;
  /** The fingerprint of the embedder. */
  readonly embedder: string;
}

/** Which state is asked: as it stood at a time, one that was recorded, or the present one. */
export interface AskedState {
  readonly asOf?: Date | undefined;
  readonly recorded?: Pick<RecordedIndex, 'content'> | undefined;
}

type Context = Pick<KnowledgeContext, 'database' | 'models'>;

/**
 * The index that a question goes to.
 *
 * @throws LoamError `resource-not-found`; `resource-conflict` (not ready); `parameter-invalid` for a time before or after what is
 * kept, which it names; `index-state-gone` for a recorded state that is no longer kept
 */
export async function findIndex(
  context: Context,
  scope: Scope,
  knowledgeBaseId: string,
  { asOf, recorded }: AskedState,
): Promise<SearchedIndex> {
  const present = await presentIndex(context, scope, knowledgeBaseId);
  if (recorded)
    return recorded.content === present.content ? present : recordedIndex(context, scope, present, recorded);
  return asOf ? indexAt(context, scope, present, asOf) : present;
}

async function presentIndex({ database }: Context, scope: Scope, knowledgeBaseId: string): Promise<SearchedIndex> {
  const state = await selectIndexState(database, scope, knowledgeBaseId);
  if (!state || state.status === 'DELETING') throw knowledgeBaseNotFound(knowledgeBaseId);
  const { version, content, configuration, status, inStore } = state;
  if (version === null || content === null) {
    const problem = status === 'FAILED' ? 'could not be created' : 'is not ACTIVE yet';
    throw new LoamError('resource-conflict', { type: 'knowledge base', id: knowledgeBaseId, problem });
  }
  return { knowledgeBaseId, version, content, modelId: embeddingModelOf(configuration), inStore };
}

async function indexAt(context: Context, scope: Scope, present: SearchedIndex, at: Date): Promise<SearchedIndex> {
  const { knowledgeBaseId } = present;
  const state = await selectStateAt(context.database, scope, { knowledgeBaseId, at });
  if (state) return snapshotOf(context, present, state);
  const earliest = await selectEarliestState(context.database, scope, { knowledgeBaseId });
  throw new LoamError('parameter-invalid', {
    parameter: 'asOf',
    problem: `is ${at.toISOString()}, when the index of the knowledge base ${knowledgeBaseId} was not there, or is not kept any more`,
    allowed: `a time from ${earliest?.toISOString() ?? 'its creation'} to now`,
  });
}

async function recordedIndex(
  context: Context,
  scope: Scope,
  present: SearchedIndex,
  { content }: Pick<RecordedIndex, 'content'>,
): Promise<SearchedIndex> {
  const { knowledgeBaseId } = present;
  const state = await selectStateOf(context.database, scope, { knowledgeBaseId, content });
  if (!state) throw new LoamError('index-state-gone', { knowledgeBaseId });
  return snapshotOf(context, present, state);
}

/** The present state needs no snapshot: it is open already, or will be. */
function snapshotOf({ models }: Context, present: SearchedIndex, state: IndexStateRow): SearchedIndex {
  if (state.content === present.content) return present;
  const { knowledgeBaseId, modelId } = present;
  const now = models.resolve(modelId).fingerprint;
  if (now !== state.fingerprint) {
    throw new LoamError('resource-conflict', {
      type: 'knowledge base',
      id: knowledgeBaseId,
      problem: `was indexed with the embedder ${state.fingerprint} at that time, and ${modelId} is now ${now ?? 'another one'}`,
    });
  }
  const { version, content, manifest } = state;
  return { ...present, version, content, snapshot: { name: `content-${content}`, manifest } };
}
