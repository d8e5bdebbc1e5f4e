import type { ListIngestionJobsRequest, StartIngestionJobRequest } from '@aws-sdk/client-bedrock-agent';
import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Statements } from '../../storage/database/contract.ts';
import type { Received } from '../../wire/operation.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import { isCustomSource } from './data-source-configuration.ts';
import { getDataSource, getUsableDataSource } from './data-sources.ts';
import { getUsableKnowledgeBase } from './knowledge-bases.ts';
import { listPage } from './listing.ts';
import { refuse } from './refusal.ts';
import { statisticsOf } from './statistics.ts';
import { type DataSourceIds, takeSyncNumber } from './tables/data-sources.ts';
import { countOutcomes } from './tables/documents.ts';
import {
  type IngestionJobIds,
  type IngestionJobRow,
  insertIngestionJob,
  type Statistics,
  type SyncGuard,
  selectIngestionJob,
  selectIngestionJobByToken,
  selectIngestionJobs,
  selectRunningIngestionJob,
  updateIngestionJob,
} from './tables/ingestion-jobs.ts';
import { takeChange } from './tables/watched-sources.ts';

const ID_LENGTH = 10;
const CHANGED = 'Started by a change in the bucket.';

/** An ingestion job with statistics up to now. */
export type IngestionJob = Omit<IngestionJobRow, 'statistics'> & { readonly statistics: Statistics };

/** What the durable job of a sync needs to find its ingestion job. */
export type SyncPayload = Readonly<{ knowledgeBaseId: string; dataSourceId: string; ingestionJobId: string }>;

type ToStart = Received<StartIngestionJobRequest> & { readonly guard?: SyncGuard };

/**
 * Starts a sync of a data source; with a guard, its index is swapped in only if a saved evaluation holds.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict` while one of this data source runs
 */
export async function startIngestionJob(
  context: KnowledgeContext,
  scope: Scope,
  input: ToStart,
): Promise<IngestionJob> {
  await getUsableKnowledgeBase(context, scope, input.knowledgeBaseId);
  const source = await getUsableDataSource(context, scope, input);
  if (isCustomSource(source.configuration)) {
    refuse('dataSourceId', 'is a CUSTOM data source, which has nothing to scan', 'IngestKnowledgeBaseDocuments for it');
  }
  const earlier = await earlierJob(context, scope, input);
  if (earlier) return withStatistics(context.database, scope, earlier);
  const row = await context.database.transaction((transaction) => insertJob(context, transaction, scope, input));
  return withStatistics(context.database, scope, row);
}

async function earlierJob(
  { database }: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, dataSourceId, clientToken }: Received<StartIngestionJobRequest>,
): Promise<IngestionJobRow | undefined> {
  if (clientToken === undefined) return undefined;
  return selectIngestionJobByToken(database, scope, { knowledgeBaseId, dataSourceId, clientToken });
}

/**
 * Starts a sync for a change that was heard of, unless one of the data source runs: then its end starts the next one.
 *
 * @returns whether one was started
 */
export async function startChangedSync(context: KnowledgeContext, scope: Scope, ids: DataSourceIds): Promise<boolean> {
  try {
    return await context.database.transaction(async (transaction) => {
      if (!(await takeChange(transaction, scope, ids))) return false;
      const { knowledgeBaseId, dataSourceId } = ids;
      await insertJob(context, transaction, scope, { knowledgeBaseId, dataSourceId, description: CHANGED });
      return true;
    });
  } catch (error) {
    if (isLoamError(error, 'resource-conflict')) return false;
    throw error;
  }
}

async function insertJob(
  context: KnowledgeContext,
  transaction: Statements,
  scope: Scope,
  input: ToStart,
): Promise<IngestionJobRow> {
  const { dataSourceId } = input;
  const sync = await takeSyncNumber(transaction, scope, input);
  if (sync === undefined) throw new LoamError('resource-not-found', { type: 'data source', id: dataSourceId });
  const row = newJob(context, input, sync);
  if (await insertIngestionJob(transaction, scope, row)) {
    await enqueueSync(context, transaction, scope, row);
    return row;
  }
  const running = await selectRunningIngestionJob(transaction, scope, input);
  const problem = `has an ingestion job that has not ended yet: ${running?.id ?? 'just started'}`;
  throw new LoamError('resource-conflict', { type: 'data source', id: dataSourceId, problem });
}

function newJob(context: KnowledgeContext, input: ToStart, sync: number): IngestionJobRow {
  const at = now(context);
  return {
    knowledgeBaseId: input.knowledgeBaseId,
    dataSourceId: input.dataSourceId,
    id: context.ids.id(ID_LENGTH),
    workId: context.ids.uuid(),
    sync,
    description: input.description ?? null,
    clientToken: input.clientToken ?? null,
    status: 'STARTING',
    phase: 'scanning',
    scannedDocuments: 0,
    scannedMetadata: 0,
    errors: 0,
    statistics: null,
    failureReasons: [],
    guard: input.guard ?? null,
    startedAt: at,
    updatedAt: at,
  };
}

async function enqueueSync(
  { jobs }: KnowledgeContext,
  transaction: Statements,
  scope: Scope,
  { workId, knowledgeBaseId, dataSourceId, id }: IngestionJobRow,
): Promise<void> {
  const payload: SyncPayload = { knowledgeBaseId, dataSourceId, ingestionJobId: id };
  await jobs.enqueue(scope, { id: workId, kind: JOB_KINDS.sync, payload }, transaction);
}

/** @throws LoamError `resource-not-found` */
export async function getIngestionJob(
  context: KnowledgeContext,
  scope: Scope,
  ids: IngestionJobIds,
): Promise<IngestionJob> {
  const row = await selectIngestionJob(context.database, scope, ids);
  if (row) return withStatistics(context.database, scope, row);
  await getDataSource(context, scope, ids);
  throw new LoamError('resource-not-found', { type: 'ingestion job', id: ids.ingestionJobId });
}

async function withStatistics(db: Statements, scope: Scope, row: IngestionJobRow): Promise<IngestionJob> {
  if (row.statistics) return { ...row, statistics: row.statistics };
  return { ...row, statistics: statisticsOf(row, await countOutcomes(db, scope, row)) };
}

/**
 * Asks a job to end. What it has indexed until then stays; the next job does the rest.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict` when it has ended
 */
export async function stopIngestionJob(
  context: KnowledgeContext,
  scope: Scope,
  ids: IngestionJobIds,
): Promise<IngestionJob> {
  const { id } = await getIngestionJob(context, scope, ids);
  const row = await updateIngestionJob(context.database, scope, { ...ids, status: 'STOPPING', at: now(context) });
  if (!row) throw new LoamError('resource-conflict', { type: 'ingestion job', id, problem: 'has ended already' });
  return withStatistics(context.database, scope, row);
}

/** Newest first, unless the request orders otherwise. */
export async function listIngestionJobs(
  context: KnowledgeContext,
  scope: Scope,
  request: Received<ListIngestionJobsRequest>,
): Promise<Page<IngestionJob>> {
  const { knowledgeBaseId, dataSourceId, filters, sortBy } = request;
  await getDataSource(context, scope, request);
  const statuses = filters?.[0]?.values ?? null;
  const orderBy = sortBy?.attribute === 'STATUS' ? 'status' : 'startedAt';
  const descending = (sortBy?.order ?? 'DESCENDING') === 'DESCENDING';
  const page = await listPage(
    context.pageTokens,
    scope,
    { operation: 'ListIngestionJobs', parameters: [knowledgeBaseId, dataSourceId, filters, sortBy], ...request },
    {
      select: (after, limit) =>
        selectIngestionJobs(context.database, scope, {
          knowledgeBaseId,
          dataSourceId,
          statuses,
          orderBy,
          descending,
          after,
          limit,
        }),
      positionOf: (row) => row.id,
    },
  );
  const items = await Promise.all(page.items.map((row) => withStatistics(context.database, scope, row)));
  return { ...page, items };
}
