import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { SyncIds } from './documents.ts';
import type { OfKnowledgeBase } from './segments.ts';

/** Marks documents that the index is to hold as of a sync, and that are not among `kept`, as lost. */
export async function markLost(
  db: Statements,
  scope: Scope,
  of: SyncIds & { kept: readonly string[]; reason: string; at: Date },
): Promise<void> {
  await db.query(
    scope,
    `with newest as (
       select distinct on (key) key, sync, document_id, indexed, lost from knowledge_documents
       where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
         and data_source_id = :dataSourceId and sync <= :sync
       order by key, sync desc
     )
     update knowledge_documents d set lost = true, outcome = 'failed', reason = :reason, updated_at = :at
     from newest n
     where d.account = :account and d.region = :region and d.knowledge_base_id = :knowledgeBaseId
       and d.data_source_id = :dataSourceId and d.key = n.key and d.sync = n.sync and n.indexed and not n.lost
       and not exists (select 1 from unnest(:kept::text[]) as kept (id) where kept.id = n.document_id)`,
    of,
  );
}

// A later row of the document says that it is no longer lost, or gone.
const LOST = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId and lost and not exists (
  select 1 from knowledge_documents e
  where e.account = d.account and e.region = d.region and e.knowledge_base_id = d.knowledge_base_id
    and e.data_source_id = d.data_source_id and e.key = d.key and e.sync > d.sync and not (e.lost and e.change <> 'deleted'))`;

export async function hasLostDocuments(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<boolean> {
  const rows = await db.query(scope, `select 1 from knowledge_documents d where ${LOST} limit 1`, { knowledgeBaseId });
  return rows.length > 0;
}

/** How many documents of a knowledge base are lost, and the first few by their keys. */
export async function selectLostDocuments(
  db: Statements,
  scope: Scope,
  of: OfKnowledgeBase & { limit: number },
): Promise<{ documents: number; keys: string[] }> {
  const [counted] = await db.query<{ documents: number }>(
    scope,
    `select count(*)::integer as documents from knowledge_documents d where ${LOST}`,
    of,
  );
  const rows = await db.query<{ key: string }>(
    scope,
    `select key from knowledge_documents d where ${LOST} order by key limit :limit`,
    of,
  );
  return { documents: counted?.documents ?? 0, keys: rows.map(({ key }) => key) };
}
