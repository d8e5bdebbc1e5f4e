import type { StorageConfiguration } from '@aws-sdk/client-bedrock-agent';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { getKnowledgeBase } from '../knowledge-bases.ts';
import { selectIndex } from '../tables/indexes.ts';
import { selectVectorStores } from '../tables/vector-stores.ts';
import { layoutOf } from './layout.ts';

export const EMBEDDED = 'embedded';

/** Where a knowledge base is kept and searched, and why there. */
export interface Placement {
  readonly knowledgeBaseId: string;
  /** What answers: `embedded`, or the store as configuration names it. */
  readonly store: string;
  /** Of the store that answers: `embedded`, `pgvector` … */
  readonly type: string;
  /** What the storage configuration asks for; absent where there is none. */
  readonly asked?: { readonly type: string; readonly store?: string };
  /** Whether the store holds what the index holds. */
  readonly upToDate: boolean;
  /** Why not, after a try that failed. */
  readonly problem?: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** @throws LoamError `resource-not-found` */
export async function placementOf(
  context: KnowledgeContext,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<Placement> {
  const base = await getKnowledgeBase(context, scope, knowledgeBaseId);
  const index = await selectIndex(context.database, scope, knowledgeBaseId);
  const rows = await selectVectorStores(context.database, scope, knowledgeBaseId);
  const row = rows.find(({ answers }) => answers);
  const asked = askedOf(base.storage as StorageConfiguration | null);
  if (!row) {
    const reason = embeddedReason(context, asked);
    return { knowledgeBaseId, store: EMBEDDED, type: EMBEDDED, ...(asked && { asked }), upToDate: true, reason };
  }
  const { store, problem } = row;
  const described = context.vectorStores?.describe(store);
  const upToDate = row.sequence > 0 && row.content === index?.content;
  const behind = problem ?? 'it is being brought up to date';
  return {
    ...{ knowledgeBaseId, store, type: described?.type ?? 'unknown', upToDate },
    ...(asked && { asked }),
    ...(problem !== null && { problem }),
    reason: upToDate
      ? `The vector store ${described?.name ?? store} answers.`
      : `The embedded index answers for the vector store ${described?.name ?? store}: ${behind}.`,
  };
}

function askedOf(storage: StorageConfiguration | null): Placement['asked'] {
  if (!storage) return undefined;
  const [store] = layoutOf(storage as never)?.stores ?? [];
  return { type: String(storage.type), ...(store !== undefined && { store }) };
}

function embeddedReason({ vectorStores }: KnowledgeContext, asked: Placement['asked']): string {
  if (!asked) return 'The embedded index answers: no storage configuration names another store.';
  const { store, type } = asked;
  if (store === undefined) return `The embedded index answers: Loam has no plug-in for ${type}.`;
  return vectorStores?.describe(store)
    ? `The embedded index answers: the knowledge base is not kept in ${store} now.`
    : `The embedded index answers: the setting vectorStores does not map ${store}.`;
}
