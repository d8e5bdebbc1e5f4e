import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DataSourceIds } from './data-sources.ts';

export interface ChangedSource extends Scope, DataSourceIds {}

const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and id = :dataSourceId`;

/** @returns false when there is no such data source (any more) */
export async function setWatched(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { watched: boolean },
): Promise<boolean> {
  const rows = await db.query(
    scope,
    `update knowledge_data_sources set watched = :watched,
       changed_at = case when :watched::boolean then changed_at end
     where ${OF_DATA_SOURCE} and status <> 'DELETING' returning 1`,
    of,
  );
  return rows.length > 0;
}

export async function selectWatched(db: Statements, scope: Scope, ids: DataSourceIds): Promise<boolean> {
  const rows = await db.query<{ watched: boolean }>(
    scope,
    `select watched from knowledge_data_sources where ${OF_DATA_SOURCE}`,
    ids,
  );
  return rows[0]?.watched ?? false;
}

/** Remembers that the bucket of a watched data source has changed. @returns false when it is not watched */
export async function markChanged(db: Statements, scope: Scope, of: DataSourceIds & { at: Date }): Promise<boolean> {
  const rows = await db.query(
    scope,
    `update knowledge_data_sources set changed_at = coalesce(changed_at, :at::timestamptz)
     where ${OF_DATA_SOURCE} and watched and status <> 'DELETING' returning 1`,
    of,
  );
  return rows.length > 0;
}

/** Takes the change for the sync that is started in the same transaction. @returns false when there is none */
export async function takeChange(db: Statements, scope: Scope, ids: DataSourceIds): Promise<boolean> {
  const rows = await db.query(
    scope,
    `update knowledge_data_sources set changed_at = null
     where ${OF_DATA_SOURCE} and changed_at is not null and status <> 'DELETING' returning 1`,
    ids,
  );
  return rows.length > 0;
}

/** Data sources of everybody whose bucket changed before `before`, and that no sync was started for. */
export async function selectChangedSources(db: Statements, before: Date): Promise<ChangedSource[]> {
  return db.system<ChangedSource>(
    `select account, region, knowledge_base_id as "knowledgeBaseId", id as "dataSourceId" from knowledge_data_sources
     where changed_at is not null and changed_at < :before and status <> 'DELETING' limit 1000`,
    { before },
  );
}
