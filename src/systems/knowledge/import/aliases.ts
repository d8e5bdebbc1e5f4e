import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { getDataSource } from '../data-sources.ts';
import { getUsableKnowledgeBase } from '../knowledge-bases.ts';
import { type AliasRow, deleteAliases, selectAliases, upsertAlias } from '../tables/aliases.ts';
import { selectKnowledgeBase } from '../tables/knowledge-bases.ts';

/** A knowledge base here, and the ids that it and its data sources had where they came from. */
export interface AliasesToPut {
  readonly knowledgeBaseId: string;
  readonly oldId: string;
  readonly oldArn?: string | undefined;
  readonly dataSources: readonly { readonly oldId: string; readonly dataSourceId: string }[];
}

/** Old ids of knowledge bases and data sources that came from elsewhere. */
export interface Aliases {
  /** Of one knowledge base, or all. */
  list(scope: Scope, knowledgeBaseId?: string): Promise<readonly AliasRow[]>;
  /**
   * Makes old ids stand for what is here. To be repeated as one likes.
   *
   * @throws LoamError `resource-not-found`; `resource-conflict` where the old id is one of a knowledge base here
   */
  put(scope: Scope, request: AliasesToPut): Promise<void>;
  /** Lets go of the old id of a knowledge base, and of those of its data sources. @throws LoamError `resource-not-found` */
  remove(scope: Scope, oldId: string): Promise<void>;
}

type AliasContext = Pick<KnowledgeContext, 'database' | 'clock'>;

export function createAliases(context: AliasContext): Aliases {
  return {
    list: (scope, knowledgeBaseId) => selectAliases(context.database, scope, knowledgeBaseId),
    put: (scope, request) => putAliases(context, scope, request),
    async remove(scope, oldId) {
      if (!(await deleteAliases(context.database, scope, oldId)))
        throw new LoamError('resource-not-found', { type: 'alias', id: oldId });
    },
  };
}

async function putAliases(context: AliasContext, scope: Scope, request: AliasesToPut): Promise<void> {
  const { knowledgeBaseId, oldId, oldArn, dataSources } = request;
  await getUsableKnowledgeBase(context, scope, knowledgeBaseId);
  if (await selectKnowledgeBase(context.database, scope, oldId)) {
    const problem = 'is a knowledge base of this server, so that it cannot stand for another one';
    throw new LoamError('resource-conflict', { type: 'knowledge base', id: oldId, problem });
  }
  for (const { dataSourceId } of dataSources) await getDataSource(context, scope, { knowledgeBaseId, dataSourceId });
  const createdAt = now(context);
  const rows: AliasRow[] = [
    { kind: 'knowledge-base', knowledgeBaseId, oldId, oldArn: oldArn ?? null, newId: knowledgeBaseId, createdAt },
    ...dataSources.map((source): AliasRow => {
      const { oldId: old, dataSourceId: newId } = source;
      return { kind: 'data-source', knowledgeBaseId, oldId: old, oldArn: null, newId, createdAt };
    }),
  ];
  await context.database.transaction(async (transaction) => {
    for (const row of rows) await upsertAlias(transaction, scope, row);
  });
}
