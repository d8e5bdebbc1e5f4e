import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { DataSourceIds } from './data-sources.ts';
import type { IngestionJobIds } from './ingestion-jobs.ts';

/** A document that a job could not read, and why. */
export interface IngestionFailure {
  readonly key: string;
  readonly reason: string;
}

const OF_DATA_SOURCE = `account = :account and region = :region and knowledge_base_id = :knowledgeBaseId
  and data_source_id = :dataSourceId`;

/** Keeps what failed in a job: the rows of its documents go when a later one tries them again. */
export async function keepFailures(
  db: Statements,
  scope: Scope,
  of: IngestionJobIds & { sync: number },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_ingestion_failures (account, region, knowledge_base_id, data_source_id, ingestion_job_id, key,
       reason)
     select account, region, knowledge_base_id, data_source_id, :ingestionJobId, key, coalesce(reason, '')
     from knowledge_documents where ${OF_DATA_SOURCE} and sync = :sync and outcome = 'failed' on conflict do nothing`,
    of,
  );
}

/** In the byte order of the keys, from after `after`. */
export async function selectIngestionFailures(
  db: Statements,
  scope: Scope,
  page: IngestionJobIds & { after: string; limit: number },
): Promise<IngestionFailure[]> {
  return db.query<IngestionFailure>(
    scope,
    `select key, reason from knowledge_ingestion_failures
     where ${OF_DATA_SOURCE} and ingestion_job_id = :ingestionJobId and key > :after order by key limit :limit`,
    page,
  );
}

/** Removes those of all jobs but the latest `jobs`; a batch at a time, and how many. */
export async function deleteOldFailures(
  db: Statements,
  scope: Scope,
  of: DataSourceIds & { jobs: number; limit: number },
): Promise<number> {
  const rows = await db.query(
    scope,
    `delete from knowledge_ingestion_failures where ctid = any(array(
       select ctid from knowledge_ingestion_failures
       where ${OF_DATA_SOURCE} and ingestion_job_id not in (
         select id from knowledge_ingestion_jobs where ${OF_DATA_SOURCE} order by sync desc limit :jobs)
       limit :limit))
     and account = :account and region = :region returning 1`,
    of,
  );
  return rows.length;
}
