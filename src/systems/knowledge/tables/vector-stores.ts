import type { Scope } from '../../../core/scope.ts';
import type { Embedder, Manifest } from '../../../segments/index.ts';
import type { Statements } from '../../../storage/database/contract.ts';

/** A store outside that holds the passages of a knowledge base. */
export interface VectorStoreRow {
  /** As configuration names it: an ARN or an endpoint. */
  readonly store: string;
  /** Whether searches go there. */
  readonly answers: boolean;
  /** The number that searches there see. */
  readonly sequence: number;
  /** Of the index, what the store holds. */
  readonly content: number;
  readonly manifest: Manifest | null;
  /** Why the last try to bring it up to date failed. */
  readonly problem: string | null;
}

type OfStore = Readonly<{ knowledgeBaseId: string; store: string }>;

const COLUMNS = 'store, answers, sequence, content, manifest, problem';
const OF_BASE = 'account = :account and region = :region and knowledge_base_id = :knowledgeBaseId';
const OF_STORE = `${OF_BASE} and store = :store`;

export async function selectVectorStores(
  db: Statements,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<VectorStoreRow[]> {
  return db.query<VectorStoreRow>(
    scope,
    `select ${COLUMNS} from knowledge_vector_stores where ${OF_BASE} order by store`,
    { knowledgeBaseId },
  );
}

/** Where searches of a knowledge base go, without a manifest: it is asked with every search. */
export interface AnsweringStore extends Omit<VectorStoreRow, 'manifest'> {
  /** Null while the store holds nothing yet. */
  readonly embedder: Embedder | null;
  /** Of the knowledge base. */
  readonly storage: unknown;
}

export async function selectAnsweringStore(
  db: Statements,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<AnsweringStore | undefined> {
  const rows = await db.query<AnsweringStore>(
    scope,
    `select s.store, s.answers, s.sequence, s.content, s.problem, s.manifest->'embedder' as embedder, b.storage
     from knowledge_vector_stores s
     join knowledge_bases b on b.account = s.account and b.region = s.region and b.id = s.knowledge_base_id
     where s.account = :account and s.region = :region and s.knowledge_base_id = :knowledgeBaseId and s.answers`,
    { knowledgeBaseId },
  );
  return rows[0];
}

/** One that is there already stays as it is. */
export async function insertVectorStore(
  db: Statements,
  scope: Scope,
  row: OfStore & { answers: boolean },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_vector_stores (account, region, knowledge_base_id, store, answers)
     values (:account, :region, :knowledgeBaseId, :store, :answers) on conflict do nothing`,
    row,
  );
}

/** Takes or renews a claim on writing to a store. @returns undefined when another worker has it, or the row is gone */
export async function claimVectorStore(
  db: Statements,
  scope: Scope,
  of: OfStore & { worker: string; now: Date; until: Date },
): Promise<VectorStoreRow | undefined> {
  const rows = await db.query<VectorStoreRow>(
    scope,
    `update knowledge_vector_stores set worker = :worker, worker_until = :until
     where ${OF_STORE} and (worker is null or worker = :worker or worker_until < :now) returning ${COLUMNS}`,
    of,
  );
  return rows[0];
}

/** Says what a store holds now. @returns false when the claim was lost; nothing is written then */
export async function settleVectorStore(
  db: Statements,
  scope: Scope,
  of: OfStore & { worker: string; sequence: number; content: number; manifest: Manifest },
): Promise<boolean> {
  const rows = await db.query(
    scope,
    `update knowledge_vector_stores set sequence = :sequence, content = :content, manifest = :manifest::jsonb,
       problem = null, retry_at = null
     where ${OF_STORE} and worker = :worker returning 1`,
    of,
  );
  return rows.length > 0;
}

export async function releaseVectorStore(
  db: Statements,
  scope: Scope,
  of: OfStore & { worker: string; problem: string | null; retryAt: Date | null },
): Promise<void> {
  await db.query(
    scope,
    `update knowledge_vector_stores set worker = null, worker_until = null, problem = coalesce(:problem::text, problem),
       retry_at = coalesce(:retryAt::timestamptz, retry_at) where ${OF_STORE} and worker = :worker`,
    of,
  );
}

/** Makes a store the one that answers, or none: then the embedded index does. */
export async function setAnsweringStore(
  db: Statements,
  scope: Scope,
  of: { knowledgeBaseId: string; store: string | null },
): Promise<void> {
  // The index allows one at a time.
  await db.query(scope, `update knowledge_vector_stores set answers = false where ${OF_BASE} and answers`, of);
  await db.query(scope, `update knowledge_vector_stores set answers = true where ${OF_STORE}`, of);
}

export async function deleteVectorStore(db: Statements, scope: Scope, of: OfStore): Promise<void> {
  await db.query(scope, `delete from knowledge_vector_stores where ${OF_STORE}`, of);
}

export interface LaggingStore extends Scope {
  readonly knowledgeBaseId: string;
  readonly store: string;
}

/** Stores, of everybody, that hold another content than the index, nobody works on, and whose time to be tried has come. */
export async function selectLaggingStores(db: Statements, of: { now: Date; limit: number }): Promise<LaggingStore[]> {
  return db.system<LaggingStore>(
    `select s.account, s.region, s.knowledge_base_id as "knowledgeBaseId", s.store
     from knowledge_vector_stores s
     join knowledge_indexes i on i.account = s.account and i.region = s.region and i.knowledge_base_id = s.knowledge_base_id
     where s.answers and s.content <> i.content and (s.worker is null or s.worker_until < :now)
       and (s.retry_at is null or s.retry_at <= :now)
     order by s.retry_at nulls first limit :limit`,
    of,
  );
}
