import type { Scope } from '../../../core/scope.ts';
import type { Manifest } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';

/** The index of a knowledge base as it is now. */
export interface IndexRow {
  /** Grows with every swap. */
  readonly version: number;
  /** Grows with every swap that changes what is found: one with an older content is no longer to be asked. */
  readonly content: number;
  readonly fingerprint: string;
  readonly manifest: Manifest;
}

/** What a search needs to know before it looks at a manifest: it is read once for each version, not for each question. */
export interface IndexState {
  readonly status: string;
  readonly configuration: unknown;
  /** Null while there is no index yet. */
  readonly version: number | null;
  readonly content: number | null;
  /** Whether searches go to a vector store outside. */
  readonly inStore: boolean;
}

export async function selectIndexState(
  db: Statements,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<IndexState | undefined> {
  const rows = await db.query<IndexState>(
    scope,
    `select b.status, b.configuration, i.version, i.content,
       exists (
         select from knowledge_vector_stores s
         where s.account = b.account and s.region = b.region and s.knowledge_base_id = b.id and s.answers
       ) as "inStore"
     from knowledge_bases b
     left join knowledge_indexes i
       on i.account = b.account and i.region = b.region and i.knowledge_base_id = b.id
     where b.account = :account and b.region = :region and b.id = :knowledgeBaseId`,
    { knowledgeBaseId },
  );
  return rows[0];
}

export async function selectIndex(
  db: Statements,
  scope: Scope,
  knowledgeBaseId: string,
  lock: 'none' | 'share' | 'update' = 'none',
): Promise<IndexRow | undefined> {
  const rows = await db.query<IndexRow>(scope, SELECT_INDEX[lock], { knowledgeBaseId });
  return rows[0];
}

const SELECT = `select version, content, fingerprint, manifest from knowledge_indexes
  where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId`;
const SELECT_INDEX = { none: SELECT, share: `${SELECT} for share`, update: `${SELECT} for update` };

/** Writes the first manifest of a knowledge base; one that is there already stays. */
export async function insertIndex(
  db: Statements,
  scope: Scope,
  index: { knowledgeBaseId: string; manifest: Manifest },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_indexes (account, region, knowledge_base_id, version, content, fingerprint, manifest)
     values (:account, :region, :knowledgeBaseId, 1, 1, :fingerprint, :manifest::jsonb) on conflict do nothing`,
    { ...index, fingerprint: index.manifest.embedder.fingerprint },
  );
}

/**
 * Makes a manifest the truth: searches that begin afterwards use it. What was found before is kept as history; its times are
 * those of the database, which all replicas share.
 */
export async function swapManifest(
  db: Statements,
  scope: Scope,
  index: { knowledgeBaseId: string; manifest: Manifest; content: 'same' | 'changed' },
): Promise<void> {
  const { knowledgeBaseId, manifest } = index;
  await db.query(
    scope,
    `with swap as materialized (select clock_timestamp() as at, :changes::integer as changes),
     kept as (
       insert into knowledge_index_history (account, region, knowledge_base_id, version, content, fingerprint, manifest,
         segment_ids, since, until)
       select account, region, knowledge_base_id, version, content, fingerprint, manifest,
         array(select jsonb_array_elements(manifest->'segments')->>'id'), since, at
       from knowledge_indexes, swap
       where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId and changes = 1
     )
     update knowledge_indexes
     set version = version + 1, content = content + changes, fingerprint = :fingerprint, manifest = :manifest::jsonb,
       since = case when changes = 1 then at else since end
     from swap
     where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId`,
    {
      knowledgeBaseId,
      manifest,
      fingerprint: manifest.embedder.fingerprint,
      changes: index.content === 'changed' ? 1 : 0,
    },
  );
}

/** The present index and those before it. */
export async function deleteIndex(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<void> {
  await db.query(
    scope,
    `with history as (
       delete from knowledge_index_history
       where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
     )
     delete from knowledge_indexes
     where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId`,
    { knowledgeBaseId },
  );
}
