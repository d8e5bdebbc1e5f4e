import { isLoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import { selectKnowledgeBases } from '../tables/knowledge-bases.ts';
import { layoutOf } from './layout.ts';

/** A store that is configured, or that a knowledge base asks for. */
export interface CheckedStore {
  readonly store: string;
  /** Of the plug-in; `unmapped` where configuration does not know the store. */
  readonly type: string;
  /** Why it cannot be used right now. */
  readonly problem?: string;
  /** The knowledge bases, by id, whose storage configuration names it; the first few. */
  readonly knowledgeBases: readonly string[];
}

const PAGE = 100;
const MOST_NAMED = 5;

/** Whether each configured store can be reached, and which stores that knowledge bases of the scope name are not configured. */
export async function checkStores(
  context: KnowledgeContext,
  scope: Scope,
  signal: AbortSignal,
): Promise<CheckedStore[]> {
  const { vectorStores } = context;
  const asking = await askingBases(context, scope);
  const named = (store: string): string[] => (asking.get(store) ?? []).slice(0, MOST_NAMED);
  const configured = vectorStores?.list() ?? [];
  const checked = configured.map(async (store): Promise<CheckedStore> => {
    const problem = await vectorStores?.probe(scope, store, signal).catch((error: unknown) => {
      if (isLoamError(error)) return error.message;
      throw error;
    });
    const type = vectorStores?.describe(store)?.type ?? 'unknown';
    return { store, type, ...(problem !== undefined && { problem }), knowledgeBases: named(store) };
  });
  const unmapped = [...asking.keys()].filter((store) => !configured.includes(store));
  return [
    ...(await Promise.all(checked)),
    ...unmapped.map((store) => ({ store, type: 'unmapped', knowledgeBases: named(store) })),
  ];
}

/** Knowledge bases by the store that they name. */
async function askingBases({ database }: KnowledgeContext, scope: Scope): Promise<Map<string, string[]>> {
  const asking = new Map<string, string[]>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const bases = await selectKnowledgeBases(database, scope, { after, limit: PAGE });
    for (const { id, storage } of bases) {
      const [store] = layoutOf(storage as never)?.stores ?? [];
      if (store !== undefined) asking.set(store, [...(asking.get(store) ?? []), id]);
    }
    after = bases.length < PAGE ? undefined : bases.at(-1)?.id;
  }
  return asking;
}
