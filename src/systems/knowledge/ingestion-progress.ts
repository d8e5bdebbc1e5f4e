import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import type { Progress } from '../../storage/jobs/contract.ts';
import type { KnowledgeContext } from './context.ts';
import { documentLocation, isCustomSource } from './data-source-configuration.ts';
import { getDataSource } from './data-sources.ts';
import { getIngestionJob } from './ingestion-jobs.ts';
import { listPage } from './listing.ts';
import { selectIngestionFailures } from './tables/ingestion-failures.ts';
import type { IngestionJobIds, IngestionJobRow, Statistics } from './tables/ingestion-jobs.ts';

/** How far an ingestion job is. */
export interface IngestionProgress extends Pick<IngestionJobRow, 'status' | 'phase' | 'startedAt' | 'updatedAt'> {
  readonly ingestionJobId: string;
  readonly statistics: Statistics;
  /** With rate and time left; absent before its work has begun. */
  readonly progress?: Progress;
}

/** @throws LoamError `resource-not-found` */
export async function getIngestionProgress(
  context: KnowledgeContext,
  scope: Scope,
  ids: IngestionJobIds,
): Promise<IngestionProgress> {
  const { id, workId, status, phase, statistics, startedAt, updatedAt } = await getIngestionJob(context, scope, ids);
  const work = await context.jobs.status(scope, workId);
  const progress = phase === 'ended' ? undefined : work?.progress;
  return { ingestionJobId: id, status, phase, statistics, startedAt, updatedAt, ...(progress && { progress }) };
}

export interface FailedDocument {
  readonly key: string;
  readonly uri: string;
  readonly reason: string;
}

/**
 * The documents that a job could not read, each with its reason, in the order of their keys: those of the last hundred jobs of
 * a data source are kept.
 *
 * @throws LoamError `resource-not-found`, `next-token-invalid`
 */
export async function listIngestionFailures(
  context: KnowledgeContext,
  scope: Scope,
  request: IngestionJobIds & { maxResults?: number | undefined; nextToken?: string | undefined },
): Promise<Page<FailedDocument>> {
  const { knowledgeBaseId, dataSourceId, ingestionJobId } = request;
  await getIngestionJob(context, scope, request);
  const { configuration } = await getDataSource(context, scope, request);
  const start = isCustomSource(configuration) ? '' : `s3://${documentLocation(configuration).bucket}/`;
  const ids = { knowledgeBaseId, dataSourceId, ingestionJobId };
  const page = await listPage(
    context.pageTokens,
    scope,
    { operation: 'ListIngestionFailures', parameters: [knowledgeBaseId, dataSourceId, ingestionJobId], ...request },
    {
      select: (after, limit) => selectIngestionFailures(context.database, scope, { ...ids, after, limit }),
      positionOf: ({ key }) => key,
    },
  );
  return { ...page, items: page.items.map(({ key, reason }) => ({ key, uri: start + key, reason })) };
}
