import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export type KnowledgeBaseStatus = 'CREATING' | 'ACTIVE' | 'DELETING' | 'FAILED';

/** A knowledge base as it is kept; `configuration` and `storage` are the wire's own shapes. */
export interface KnowledgeBaseRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly roleArn: string;
  readonly configuration: unknown;
  readonly storage: unknown;
  readonly tags: Readonly<Record<string, string>>;
  readonly status: KnowledgeBaseStatus;
  readonly failureReasons: readonly string[];
  readonly clientToken: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, name, description, role_arn as "roleArn", configuration, storage, tags, status,
  failure_reasons as "failureReasons", client_token as "clientToken", created_at as "createdAt", updated_at as "updatedAt"`;

/** @returns false when the name or the token is taken; nothing is written then. */
export async function insertKnowledgeBase(db: Statements, scope: Scope, row: KnowledgeBaseRow): Promise<boolean> {
  const inserted = await db.query(
    scope,
    `insert into knowledge_bases (account, region, id, name, description, role_arn, configuration, storage, tags, status,
       client_token, created_at, updated_at)
     values (:account, :region, :id, :name, :description, :roleArn, :configuration::jsonb, :storage::jsonb, :tags::jsonb,
       :status, :clientToken, :createdAt, :updatedAt)
     on conflict do nothing returning id`,
    { ...row },
  );
  return inserted.length > 0;
}

export async function selectKnowledgeBase(
  db: Statements,
  scope: Scope,
  id: string,
): Promise<KnowledgeBaseRow | undefined> {
  const rows = await db.query<KnowledgeBaseRow>(
    scope,
    `select ${COLUMNS} from knowledge_bases where account = :account and region = :region and id = :id`,
    { id },
  );
  return rows[0];
}

export async function selectKnowledgeBaseByToken(
  db: Statements,
  scope: Scope,
  clientToken: string,
): Promise<KnowledgeBaseRow | undefined> {
  const rows = await db.query<KnowledgeBaseRow>(
    scope,
    `select ${COLUMNS} from knowledge_bases
     where account = :account and region = :region and client_token = :clientToken`,
    { clientToken },
  );
  return rows[0];
}

/** In the order of their ids, from after `after`. */
export async function selectKnowledgeBases(
  db: Statements,
  scope: Scope,
  page: { after: string; limit: number },
): Promise<KnowledgeBaseRow[]> {
  return db.query<KnowledgeBaseRow>(
    scope,
    `select ${COLUMNS} from knowledge_bases
     where account = :account and region = :region and id > :after order by id limit :limit`,
    page,
  );
}

/** @throws the driver's unique violation when another knowledge base has the name. */
export async function updateKnowledgeBaseRow(
  db: Statements,
  scope: Scope,
  change: { id: string; name: string; description: string | null; roleArn: string; at: Date },
): Promise<KnowledgeBaseRow | undefined> {
  const rows = await db.query<KnowledgeBaseRow>(
    scope,
    `update knowledge_bases set name = :name, description = :description, role_arn = :roleArn, updated_at = :at
     where account = :account and region = :region and id = :id and status <> 'DELETING' returning ${COLUMNS}`,
    change,
  );
  return rows[0];
}

export async function setKnowledgeBaseStatus(
  db: Statements,
  scope: Scope,
  change: { id: string; status: KnowledgeBaseStatus; failureReasons: readonly string[]; at: Date },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_bases set status = :status, failure_reasons = :failureReasons::jsonb, updated_at = :at
     where account = :account and region = :region and id = :id and status <> 'DELETING'`,
    change,
  );
}

/** @returns false when there is none. */
export async function markKnowledgeBaseDeleting(
  db: Statements,
  scope: Scope,
  of: { id: string; at: Date },
): Promise<boolean> {
  const rows = await db.query(
    scope,
    `update knowledge_bases set status = 'DELETING', updated_at = :at
     where account = :account and region = :region and id = :id returning id`,
    of,
  );
  return rows.length > 0;
}

export async function setKnowledgeBaseTags(
  db: Statements,
  scope: Scope,
  change: { id: string; add: Readonly<Record<string, string>>; remove: readonly string[] },
): Promise<Record<string, string> | undefined> {
  const rows = await db.query<{ tags: Record<string, string> }>(
    scope,
    `update knowledge_bases set tags = (tags || :add::jsonb) - :remove::text[]
     where account = :account and region = :region and id = :id and status <> 'DELETING' returning tags`,
    change,
  );
  return rows[0]?.tags;
}

export async function deleteKnowledgeBaseRow(db: Statements, scope: Scope, id: string): Promise<void> {
  await db.query(scope, 'delete from knowledge_bases where account = :account and region = :region and id = :id', {
    id,
  });
}
