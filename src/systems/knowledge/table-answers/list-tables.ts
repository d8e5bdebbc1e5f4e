import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import type { KnowledgeContext } from '../context.ts';
import { getKnowledgeBase } from '../knowledge-bases.ts';
import { selectHeldTables } from '../tables/document-tables.ts';
import type { TableDescription } from './contract.ts';
import { hasDuckDb } from './duckdb.ts';
import { filteredTables } from './find-table.ts';

export interface ListedTables {
  /** Whether questions are answered from them: the package @duckdb/node-api is installed. */
  readonly askable: boolean;
  readonly tables: readonly (TableDescription & { readonly uri: string; readonly dataSourceId: string })[];
}

const MOST_DOCUMENTS = 2_000;

/** The tables of a knowledge base that exist for the caller. @throws LoamError `resource-not-found` */
export async function listTables(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, visible }: { knowledgeBaseId: string; visible?: MetadataFilter | undefined },
): Promise<ListedTables> {
  await getKnowledgeBase(context, scope, knowledgeBaseId);
  const rows = await selectHeldTables(context.database, scope, { knowledgeBaseId, limit: MOST_DOCUMENTS });
  const tables = filteredTables(rows, [visible]);
  return {
    askable: hasDuckDb(),
    tables: tables.map(({ document: { uri, dataSourceId }, description }) => ({ uri, dataSourceId, ...description })),
  };
}
