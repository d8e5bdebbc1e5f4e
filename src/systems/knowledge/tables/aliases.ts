import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export type AliasKind = 'knowledge-base' | 'data-source';

/** An id of another place, and what it means here. */
export interface AliasRow {
  readonly kind: AliasKind;
  readonly knowledgeBaseId: string;
  readonly oldId: string;
  /** Of knowledge bases: as it was written there, with that account and region. */
  readonly oldArn: string | null;
  readonly newId: string;
  readonly createdAt: Date;
}

const COLUMNS = `kind, knowledge_base_id as "knowledgeBaseId", old_id as "oldId", old_arn as "oldArn", new_id as "newId",
  created_at as "createdAt"`;

/** An alias that exists is given its new meaning. */
export async function upsertAlias(db: Statements, scope: Scope, row: AliasRow): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_aliases (account, region, kind, knowledge_base_id, old_id, old_arn, new_id, created_at)
     values (:account, :region, :kind, :knowledgeBaseId, :oldId, :oldArn, :newId, :createdAt)
     on conflict (account, region, kind, old_id) do update
       set knowledge_base_id = excluded.knowledge_base_id, old_arn = excluded.old_arn, new_id = excluded.new_id`,
    { ...row },
  );
}

/** In the order of their old ids, of knowledge bases that are there. */
export async function selectAliases(db: Statements, scope: Scope, knowledgeBaseId?: string): Promise<AliasRow[]> {
  return db.query<AliasRow>(
    scope,
    `select ${COLUMNS} from knowledge_aliases
     where account = :account and region = :region and (:knowledgeBaseId::text is null or knowledge_base_id = :knowledgeBaseId)
       and exists (
         select 1 from knowledge_bases b
         where b.account = :account and b.region = :region and b.id = knowledge_base_id and b.status <> 'DELETING'
       )
     order by kind desc, old_id`,
    { knowledgeBaseId: knowledgeBaseId ?? null },
  );
}

/** @returns the knowledge base of this id, or the one that had it elsewhere; undefined where there is neither */
export async function selectMeantKnowledgeBase(
  db: Statements,
  scope: Scope,
  named: { id: string; arn: string | null },
): Promise<string | undefined> {
  const rows = await db.query<{ id: string }>(
    scope,
    `select id, 0 as rank from knowledge_bases
     where account = :account and region = :region and id = :id and :arn::text is null
     union all
     select a.new_id as id, 1 as rank from knowledge_aliases a
     join knowledge_bases b on b.account = a.account and b.region = a.region and b.id = a.new_id and b.status <> 'DELETING'
     where a.account = :account and a.region = :region and a.kind = 'knowledge-base' and a.old_id = :id
       and (:arn::text is null or a.old_arn = :arn)
     order by rank limit 1`,
    named,
  );
  return rows[0]?.id;
}

export async function selectMeantDataSource(
  db: Statements,
  scope: Scope,
  named: { knowledgeBaseId: string; id: string },
): Promise<string | undefined> {
  const rows = await db.query<{ id: string }>(
    scope,
    `select new_id as id from knowledge_aliases
     where account = :account and region = :region and kind = 'data-source' and old_id = :id
       and knowledge_base_id = :knowledgeBaseId`,
    named,
  );
  return rows[0]?.id;
}

/** @returns false when there is none. */
export async function deleteAliases(db: Statements, scope: Scope, oldId: string): Promise<boolean> {
  const rows = await db.query(
    scope,
    `delete from knowledge_aliases where account = :account and region = :region and knowledge_base_id in (
       select knowledge_base_id from knowledge_aliases
       where account = :account and region = :region and kind = 'knowledge-base' and old_id = :oldId
     ) returning old_id`,
    { oldId },
  );
  return rows.length > 0;
}
