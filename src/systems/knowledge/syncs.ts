import type { Page } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';
import { getEvaluation } from './evaluations/evaluations.ts';
import { type IngestionJob, startIngestionJob } from './ingestion-jobs.ts';
import {
  type FailedDocument,
  getIngestionProgress,
  type IngestionProgress,
  listIngestionFailures,
} from './ingestion-progress.ts';
import { type IngestionPlan, planIngestion } from './plan-ingestion.ts';
import type { SyncContext } from './sync.ts';
import type { DataSourceIds } from './tables/data-sources.ts';
import type { IngestionJobIds, SyncGuard } from './tables/ingestion-jobs.ts';
import { watchDataSource } from './watch-data-source.ts';
import type { WatchContext } from './watching.ts';

export type { FailedDocument, IngestionPlan, IngestionProgress };

/** What no AWS operation asks of a sync. */
export interface Syncs {
  /** @throws LoamError `resource-not-found`, `resource-conflict`, `bucket-not-found`, `parameter-invalid` */
  plan(scope: Scope, request: DataSourceIds & { limit: number; signal: AbortSignal }): Promise<IngestionPlan>;
  /** Starts a sync whose index is swapped in only if a saved evaluation holds. @throws LoamError as StartIngestionJob does */
  startGuarded(scope: Scope, request: DataSourceIds & { guard: SyncGuard }): Promise<IngestionJob>;
  /** @throws LoamError `resource-not-found` */
  progress(scope: Scope, ids: IngestionJobIds): Promise<IngestionProgress>;
  /** @throws LoamError `resource-not-found`, `next-token-invalid` */
  failures(
    scope: Scope,
    request: IngestionJobIds & { maxResults?: number | undefined; nextToken?: string | undefined },
  ): Promise<Page<FailedDocument>>;
  /** Turns syncs on change on or off. @throws LoamError `resource-not-found`, `bucket-not-found`, `parameter-invalid` */
  watch(scope: Scope, request: DataSourceIds & { watched: boolean }): Promise<void>;
}

export function createSyncs(context: SyncContext & WatchContext): Syncs {
  return {
    plan: (scope, request) => planIngestion(context, scope, request),
    async startGuarded(scope, request) {
      const { knowledgeBaseId, guard } = request;
      await getEvaluation(context, scope, { knowledgeBaseId, name: guard.evaluation });
      return startIngestionJob(context, scope, request);
    },
    progress: (scope, ids) => getIngestionProgress(context, scope, ids),
    failures: (scope, request) => listIngestionFailures(context, scope, request),
    watch: (scope, request) => watchDataSource(context, scope, request),
  };
}
