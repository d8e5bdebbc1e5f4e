import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DataSourceIds } from './data-sources.ts';

export type IngestionJobStatus = 'STARTING' | 'IN_PROGRESS' | 'COMPLETE' | 'FAILED' | 'STOPPING' | 'STOPPED';

/** How far a job has come: what is done before is not done again by a later attempt. */
export type IngestionPhase = 'scanning' | 'indexing' | 'ended';

export interface Statistics {
  readonly numberOfDocumentsScanned: number;
  readonly numberOfMetadataDocumentsScanned: number;
  readonly numberOfNewDocumentsIndexed: number;
  readonly numberOfModifiedDocumentsIndexed: number;
  readonly numberOfMetadataDocumentsModified: number;
  readonly numberOfDocumentsDeleted: number;
  readonly numberOfDocumentsFailed: number;
  readonly numberOfDocumentsSkipped: number;
}

/** What has to hold before the index that a job has built is swapped in. */
export interface SyncGuard {
  /** The name of a saved evaluation. */
  readonly evaluation: string;
  /** By how much hit rate and nDCG may fall, 0 to 1. */
  readonly tolerance: number;
}

export interface IngestionJobRow {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
  readonly id: string;
  /** The durable job that does the work. */
  readonly workId: string;
  readonly sync: number;
  readonly description: string | null;
  readonly clientToken: string | null;
  readonly status: IngestionJobStatus;
  readonly phase: IngestionPhase;
  readonly scannedDocuments: number;
  readonly scannedMetadata: number;
  /** Attempts that ended in an error that may pass. */
  readonly errors: number;
  /** Null until the job has ended; counted from the documents until then. */
  readonly statistics: Statistics | null;
  readonly failureReasons: readonly string[];
  readonly guard: SyncGuard | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
}

export type IngestionJobIds = DataSourceIds & Readonly<{ ingestionJobId: string }>;

const COLUMNS = `knowledge_base_id as "knowledgeBaseId", data_source_id as "dataSourceId", id, work_id as "workId", sync,
  description, client_token as "clientToken", status, phase, scanned_documents as "scannedDocuments",
  scanned_metadata as "scannedMetadata", errors, statistics, failure_reasons as "failureReasons", guard,
  started_at as "startedAt", updated_at as "updatedAt"`;
const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and data_source_id = :dataSourceId`;
const RUNNING = `status in ('STARTING', 'IN_PROGRESS', 'STOPPING')`;

/** @returns false when one runs already or the token is taken; nothing is written then. */
export async function insertIngestionJob(db: Statements, scope: Scope, row: IngestionJobRow): Promise<boolean> {
  const inserted = await db.query(
    scope,
    `insert into knowledge_ingestion_jobs (account, region, knowledge_base_id, data_source_id, id, work_id, sync,
       description, client_token, status, phase, guard, started_at, updated_at)
     values (:account, :region, :knowledgeBaseId, :dataSourceId, :id, :workId, :sync, :description, :clientToken,
       :status, :phase, :guard::jsonb, :startedAt, :updatedAt)
     on conflict do nothing returning id`,
    { ...row },
  );
  return inserted.length > 0;
}

export async function selectIngestionJob(
  db: Statements,
  scope: Scope,
  ids: IngestionJobIds,
): Promise<IngestionJobRow | undefined> {
  const rows = await db.query<IngestionJobRow>(
    scope,
    `select ${COLUMNS} from knowledge_ingestion_jobs where ${OF_DATA_SOURCE} and id = :ingestionJobId`,
    ids,
  );
  return rows[0];
}

export async function selectIngestionJobByToken(
  db: Statements,
  scope: Scope,
  token: DataSourceIds & { clientToken: string },
): Promise<IngestionJobRow | undefined> {
  const rows = await db.query<IngestionJobRow>(
    scope,
    `select ${COLUMNS} from knowledge_ingestion_jobs where ${OF_DATA_SOURCE} and client_token = :clientToken`,
    token,
  );
  return rows[0];
}

export async function selectRunningIngestionJob(
  db: Statements,
  scope: Scope,
  ids: DataSourceIds,
): Promise<IngestionJobRow | undefined> {
  const rows = await db.query<IngestionJobRow>(
    scope,
    `select ${COLUMNS} from knowledge_ingestion_jobs where ${OF_DATA_SOURCE} and ${RUNNING}`,
    ids,
  );
  return rows[0];
}

export interface IngestionJobListing extends DataSourceIds {
  readonly statuses: readonly string[] | null;
  readonly orderBy: keyof typeof ORDERS;
  readonly descending: boolean;
  /** The id of the job that the page begins after; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

const ORDERS = { startedAt: ['started_at', 'id'], status: ['status', 'started_at', 'id'] } as const;

export async function selectIngestionJobs(
  db: Statements,
  scope: Scope,
  { orderBy, descending, ...values }: IngestionJobListing,
): Promise<IngestionJobRow[]> {
  const columns = ORDERS[orderBy];
  const [direction, beyond] = descending ? ['desc', '<'] : ['asc', '>'];
  return db.query<IngestionJobRow>(
    scope,
    `select ${COLUMNS} from knowledge_ingestion_jobs
     where ${OF_DATA_SOURCE} and (:statuses::text[] is null or status = any(:statuses::text[]))
       and (:after::text = '' or (${columns}) ${beyond} (
         select ${columns} from knowledge_ingestion_jobs where ${OF_DATA_SOURCE} and id = :after::text))
     order by ${columns.map((column) => `${column} ${direction}`)} limit :limit`,
    values,
  );
}

/** Moves a running job on; one that has ended stays as it is, and one that was asked to stop is not in progress again. */
export async function updateIngestionJob(
  db: Statements,
  scope: Scope,
  change: IngestionJobIds & {
    status?: IngestionJobStatus;
    phase?: IngestionPhase;
    scannedDocuments?: number;
    scannedMetadata?: number;
    statistics?: Statistics;
    failureReasons?: readonly string[];
    failedAttempt?: boolean;
    at: Date;
  },
): Promise<IngestionJobRow | undefined> {
  const rows = await db.query<IngestionJobRow>(
    scope,
    `update knowledge_ingestion_jobs
     set status = case when :status::text = 'IN_PROGRESS' and status <> 'STARTING' then status
         else coalesce(:status::text, status) end, phase = coalesce(:phase::text, phase),
       scanned_documents = coalesce(:scannedDocuments::integer, scanned_documents),
       scanned_metadata = coalesce(:scannedMetadata::integer, scanned_metadata),
       statistics = coalesce(:statistics::jsonb, statistics),
       failure_reasons = coalesce(:failureReasons::jsonb, failure_reasons),
       errors = errors + :failedAttempt::integer, updated_at = :at
     where ${OF_DATA_SOURCE} and id = :ingestionJobId and ${RUNNING} returning ${COLUMNS}`,
    {
      status: null,
      phase: null,
      scannedDocuments: null,
      scannedMetadata: null,
      statistics: null,
      failureReasons: null,
      ...change,
      failedAttempt: change.failedAttempt ? 1 : 0,
    },
  );
  return rows[0];
}

export async function deleteIngestionJobs(db: Statements, scope: Scope, ids: DataSourceIds): Promise<void> {
  await db.query(scope, `delete from knowledge_ingestion_failures where ${OF_DATA_SOURCE}`, ids);
  await db.query(scope, `delete from knowledge_ingestion_jobs where ${OF_DATA_SOURCE}`, ids);
}
