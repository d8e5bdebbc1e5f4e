import type {
  CreateDataSourceRequest,
  UpdateDataSourceRequest,
  VectorIngestionConfiguration,
} from '@aws-sdk/client-bedrock-agent';
import { LoamError } from '../../core/errors.ts';
import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import { isUniqueViolation } from '../../storage/database/database-errors.ts';
import type { Received } from '../../wire/operation.ts';
import { checkKey } from './bound-keys.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import {
  checkDataSourceConfiguration,
  checkIngestionConfiguration,
  documentLocation,
  isCustomSource,
} from './data-source-configuration.ts';
import { getKnowledgeBase, getUsableKnowledgeBase } from './knowledge-bases.ts';
import { listPage } from './listing.ts';
import { isSameValue, refuse } from './refusal.ts';
import {
  type DataSourceIds,
  type DataSourceRow,
  insertDataSource,
  markDataSourcesDeleting,
  selectDataSource,
  selectDataSourceByToken,
  selectDataSources,
  updateDataSourceRow,
} from './tables/data-sources.ts';
import { type WatchContext, watchAgain } from './watching.ts';

const ID_LENGTH = 10;

/** @throws LoamError `resource-not-found`, `resource-conflict` (the name is taken), `parameter-invalid` */
export async function createDataSource(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<CreateDataSourceRequest>,
): Promise<DataSourceRow> {
  await checkDataSource(context, scope, input);
  await getUsableKnowledgeBase(context, scope, input.knowledgeBaseId);
  const row = newDataSource(context, input);
  if (await insertDataSource(context.database, scope, row)) return row;
  return earlierDataSource(context, scope, input);
}

async function checkDataSource(
  context: KnowledgeContext,
  scope: Scope,
  input: Received<CreateDataSourceRequest> | Received<UpdateDataSourceRequest>,
): Promise<void> {
  checkDataSourceConfiguration(scope, input.dataSourceConfiguration);
  const { transformations } = context;
  checkIngestionConfiguration(input.vectorIngestionConfiguration, {
    source: input.dataSourceConfiguration,
    transformations,
  });
  const key = input.serverSideEncryptionConfiguration?.kmsKeyArn;
  if (key !== undefined) await checkKey(context, scope, 'serverSideEncryptionConfiguration.kmsKeyArn', key);
}

function newDataSource(context: KnowledgeContext, input: Received<CreateDataSourceRequest>): DataSourceRow {
  const at = now(context);
  return {
    knowledgeBaseId: input.knowledgeBaseId,
    id: context.ids.id(ID_LENGTH),
    name: input.name,
    description: input.description ?? null,
    configuration: input.dataSourceConfiguration,
    ingestion: input.vectorIngestionConfiguration ?? null,
    deletionPolicy: input.dataDeletionPolicy ?? 'DELETE',
    kmsKey: input.serverSideEncryptionConfiguration?.kmsKeyArn ?? null,
    status: 'AVAILABLE',
    clientToken: input.clientToken ?? null,
    lastSync: 0,
    committedSync: 0,
    createdAt: at,
    updatedAt: at,
  };
}

/** What an insertion that wrote nothing ran into: the same request again, or another data source of the name. */
async function earlierDataSource(
  { database }: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, clientToken, name }: Received<CreateDataSourceRequest>,
): Promise<DataSourceRow> {
  const earlier = clientToken && (await selectDataSourceByToken(database, scope, { knowledgeBaseId, clientToken }));
  if (earlier) return earlier;
  throw nameTaken(name);
}

function nameTaken(name: string): LoamError {
  return new LoamError('resource-conflict', { type: 'data source', id: name, problem: 'exists already' });
}

/** @throws LoamError `resource-not-found` for the knowledge base or the data source */
export async function getDataSource(
  context: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  ids: DataSourceIds,
): Promise<DataSourceRow> {
  const row = await selectDataSource(context.database, scope, ids);
  if (row) return row;
  await getKnowledgeBase(context, scope, ids.knowledgeBaseId);
  throw dataSourceNotFound(ids.dataSourceId);
}

function dataSourceNotFound(id: string): LoamError {
  return new LoamError('resource-not-found', { type: 'data source', id });
}

/** One that can be synced. @throws LoamError `resource-not-found`, `resource-conflict` while it is being deleted */
export async function getUsableDataSource(
  context: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  ids: DataSourceIds,
): Promise<DataSourceRow> {
  const row = await getDataSource(context, scope, ids);
  if (row.status !== 'DELETING') return row;
  throw new LoamError('resource-conflict', { type: 'data source', id: row.id, problem: 'is being deleted' });
}

export async function listDataSources(
  context: KnowledgeContext,
  scope: Scope,
  request: { knowledgeBaseId: string; maxResults?: number | undefined; nextToken?: string | undefined },
): Promise<Page<DataSourceRow>> {
  const { knowledgeBaseId } = request;
  await getKnowledgeBase(context, scope, knowledgeBaseId);
  return listPage(
    context.pageTokens,
    scope,
    { operation: 'ListDataSources', parameters: [knowledgeBaseId], ...request },
    {
      select: (after, limit) => selectDataSources(context.database, scope, { knowledgeBaseId, after, limit }),
      positionOf: (row) => row.id,
    },
  );
}

/**
 * Changes a data source; the next sync sees it. Its bucket and how it chunks cannot change. Another transformation is that of
 * the documents that are read from then on.
 *
 * @throws LoamError `resource-not-found`, `resource-conflict`, `parameter-invalid`
 */
export async function updateDataSource(
  context: WatchContext,
  scope: Scope,
  input: Received<UpdateDataSourceRequest>,
): Promise<DataSourceRow> {
  await checkDataSource(context, scope, input);
  const existing = await getUsableDataSource(context, scope, input);
  const { name, vectorIngestionConfiguration: ingestion } = input;
  if (ingestion !== undefined) checkSameChunking(existing.ingestion, ingestion);
  checkSamePlace(existing.configuration, input.dataSourceConfiguration);
  const change = {
    knowledgeBaseId: input.knowledgeBaseId,
    dataSourceId: input.dataSourceId,
    name,
    description: input.description ?? null,
    configuration: input.dataSourceConfiguration,
    ingestion: ingestion ?? existing.ingestion,
    deletionPolicy: input.dataDeletionPolicy ?? existing.deletionPolicy,
    kmsKey: input.serverSideEncryptionConfiguration?.kmsKeyArn ?? null,
    at: now(context),
  };
  const row = await updateDataSourceRow(context.database, scope, change).catch((error: unknown) => {
    throw isUniqueViolation(error) ? nameTaken(name) : error;
  });
  if (!row) throw dataSourceNotFound(input.dataSourceId);
  await watchAgain(context, scope, row);
  return row;
}

function checkSameChunking(before: unknown, after: Received<VectorIngestionConfiguration>): void {
  const { chunkingConfiguration: chunking } = (before ?? {}) as VectorIngestionConfiguration;
  if (isSameValue(chunking, after.chunkingConfiguration)) return;
  const parameter = 'vectorIngestionConfiguration.chunkingConfiguration';
  refuse(parameter, 'cannot change', 'the one that the data source was created with');
}

function checkSamePlace(before: unknown, after: unknown): void {
  const isCustom = isCustomSource(before);
  if (isCustom !== isCustomSource(after)) {
    refuse('dataSourceConfiguration.type', 'cannot change', isCustom ? 'CUSTOM' : 'S3');
  }
  if (isCustom) return;
  const { bucket } = documentLocation(before);
  if (documentLocation(after).bucket === bucket) return;
  refuse('dataSourceConfiguration.s3Configuration.bucketArn', 'cannot change', `the bucket ${bucket}`);
}

/** Begins the deletion; what it put into the index goes too, unless the data source retains it. */
export async function deleteDataSource(context: KnowledgeContext, scope: Scope, ids: DataSourceIds): Promise<void> {
  await getDataSource(context, scope, ids);
  const { knowledgeBaseId, dataSourceId } = ids;
  await context.database.transaction(async (transaction) => {
    await markDataSourcesDeleting(transaction, scope, { knowledgeBaseId, dataSourceId, at: now(context) });
    const payload = { knowledgeBaseId, dataSourceId };
    const id = context.ids.uuid();
    await context.jobs.enqueue(scope, { id, kind: JOB_KINDS.deleteDataSource, payload }, transaction);
  });
}
