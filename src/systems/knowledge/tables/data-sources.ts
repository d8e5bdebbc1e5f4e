import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export type DataSourceStatus = 'AVAILABLE' | 'DELETING';

/** A data source as it is kept; `configuration` and `ingestion` are the wire's own shapes. */
export interface DataSourceRow {
  readonly knowledgeBaseId: string;
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly configuration: unknown;
  readonly ingestion: unknown;
  readonly deletionPolicy: 'RETAIN' | 'DELETE';
  /** The ARN of the key that its segments are bound to. */
  readonly kmsKey: string | null;
  readonly status: DataSourceStatus;
  readonly clientToken: string | null;
  readonly lastSync: number;
  readonly committedSync: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type DataSourceIds = Readonly<{ knowledgeBaseId: string; dataSourceId: string }>;

const COLUMNS = `knowledge_base_id as "knowledgeBaseId", id, name, description, configuration, ingestion,
  deletion_policy as "deletionPolicy", kms_key as "kmsKey", status, client_token as "clientToken", last_sync as "lastSync",
  committed_sync as "committedSync", created_at as "createdAt", updated_at as "updatedAt"`;
const OF_KNOWLEDGE_BASE = 'account = :account and region = :region and knowledge_base_id = :knowledgeBaseId';

/** @returns false when the name or the token is taken; nothing is written then. */
export async function insertDataSource(db: Statements, scope: Scope, row: DataSourceRow): Promise<boolean> {
  const inserted = await db.query(
    scope,
    `insert into knowledge_data_sources (account, region, knowledge_base_id, id, name, description, configuration,
       ingestion, deletion_policy, kms_key, status, client_token, created_at, updated_at)
     values (:account, :region, :knowledgeBaseId, :id, :name, :description, :configuration::jsonb, :ingestion::jsonb,
       :deletionPolicy, :kmsKey, :status, :clientToken, :createdAt, :updatedAt)
     on conflict do nothing returning id`,
    { ...row },
  );
  return inserted.length > 0;
}

export async function selectDataSource(
  db: Statements,
  scope: Scope,
  ids: DataSourceIds,
): Promise<DataSourceRow | undefined> {
  const rows = await db.query<DataSourceRow>(
    scope,
    `select ${COLUMNS} from knowledge_data_sources where ${OF_KNOWLEDGE_BASE} and id = :dataSourceId`,
    ids,
  );
  return rows[0];
}

export async function selectDataSourceByToken(
  db: Statements,
  scope: Scope,
  token: { knowledgeBaseId: string; clientToken: string },
): Promise<DataSourceRow | undefined> {
  const rows = await db.query<DataSourceRow>(
    scope,
    `select ${COLUMNS} from knowledge_data_sources where ${OF_KNOWLEDGE_BASE} and client_token = :clientToken`,
    token,
  );
  return rows[0];
}

/** In the order of their ids, from after `after`. */
export async function selectDataSources(
  db: Statements,
  scope: Scope,
  page: { knowledgeBaseId: string; after: string; limit: number },
): Promise<DataSourceRow[]> {
  return db.query<DataSourceRow>(
    scope,
    `select ${COLUMNS} from knowledge_data_sources where ${OF_KNOWLEDGE_BASE} and id > :after order by id limit :limit`,
    page,
  );
}

/** @throws the driver's unique violation when another data source of the knowledge base has the name. */
export async function updateDataSourceRow(
  db: Statements,
  scope: Scope,
  change: DataSourceIds & {
    name: string;
    description: string | null;
    configuration: unknown;
    ingestion: unknown;
    deletionPolicy: 'RETAIN' | 'DELETE';
    kmsKey: string | null;
    at: Date;
  },
): Promise<DataSourceRow | undefined> {
  const rows = await db.query<DataSourceRow>(
    scope,
    `update knowledge_data_sources
     set name = :name, description = :description, configuration = :configuration::jsonb,
       ingestion = :ingestion::jsonb, deletion_policy = :deletionPolicy, kms_key = :kmsKey, updated_at = :at
     where ${OF_KNOWLEDGE_BASE} and id = :dataSourceId and status <> 'DELETING' returning ${COLUMNS}`,
    change,
  );
  return rows[0];
}

/** Marks one data source, or every one of a knowledge base, as being deleted; the ids of those that were not yet. */
export async function markDataSourcesDeleting(
  db: Statements,
  scope: Scope,
  of: { knowledgeBaseId: string; dataSourceId: string | null; at: Date },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_data_sources set status = 'DELETING', updated_at = :at
     where ${OF_KNOWLEDGE_BASE} and (:dataSourceId::text is null or id = :dataSourceId::text)`,
    of,
  );
}

export async function deleteDataSourceRow(db: Statements, scope: Scope, ids: DataSourceIds): Promise<void> {
  await db.query(scope, `delete from knowledge_data_sources where ${OF_KNOWLEDGE_BASE} and id = :dataSourceId`, ids);
}

/** Takes the next number for a sync of the data source. */
export async function takeSyncNumber(db: Statements, scope: Scope, ids: DataSourceIds): Promise<number | undefined> {
  const rows = await db.query<{ sync: number }>(
    scope,
    `update knowledge_data_sources set last_sync = last_sync + 1
     where ${OF_KNOWLEDGE_BASE} and id = :dataSourceId and status = 'AVAILABLE' returning last_sync as sync`,
    ids,
  );
  return rows[0]?.sync;
}

/** From here on the documents of this sync are the truth. */
export async function commitSyncNumber(
  db: Statements,
  scope: Scope,
  ids: DataSourceIds & { sync: number },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_data_sources set committed_sync = :sync
     where ${OF_KNOWLEDGE_BASE} and id = :dataSourceId`,
    ids,
  );
}
