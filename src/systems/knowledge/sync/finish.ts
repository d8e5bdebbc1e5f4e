import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Manifest } from '../../../segments/index.ts';
import { addSegment, deleteDocuments } from '../../../segments/index.ts';
import type { Database, Statements } from '../../../storage/database/contract.ts';
import type { RunningJob } from '../../../storage/jobs/contract.ts';
import { statisticsOf } from '../statistics.ts';
import { commitSyncNumber } from '../tables/data-sources.ts';
import {
  countOutcomes,
  deleteDocumentsOfSync,
  pruneDocuments,
  selectFailures,
  selectReplacedDocuments,
} from '../tables/documents.ts';
import { selectIndex, swapManifest } from '../tables/indexes.ts';
import { type IngestionJobRow, updateIngestionJob } from '../tables/ingestion-jobs.ts';
import { killSegments, selectBuiltSegments, settleSegments } from '../tables/segments.ts';
import { failureReasons } from './failure-reasons.ts';
import { BATCH_ROWS } from './plan.ts';

const MOST_FAILURES_TOLD = 100;

export interface Finish {
  readonly database: Database;
  readonly bucket: string;
  readonly at: Date;
  readonly fence: RunningJob<unknown>['fence'];
}

/**
 * Makes what a sync has done the truth, all at once: the manifest, the documents and the statistics. A search sees the index
 * before, or the index after.
 */
export async function commitSync(
  { database, bucket, at, fence }: Finish,
  scope: Scope,
  job: IngestionJobRow,
  status: 'COMPLETE' | 'STOPPED',
): Promise<void> {
  await database.transaction(async (transaction) => {
    await fence(transaction);
    await swapIndex(transaction, scope, job, at);
    await commitSyncNumber(transaction, scope, job);
    const statistics = statisticsOf(job, await countOutcomes(transaction, scope, job));
    const failures = await selectFailures(transaction, scope, { ...job, limit: MOST_FAILURES_TOLD });
    const reasons = failureReasons(bucket, failures, statistics.numberOfDocumentsFailed);
    const ended = await updateIngestionJob(transaction, scope, {
      ...idsOf(job),
      status,
      phase: 'ended',
      statistics,
      failureReasons: reasons,
      at,
    });
    if (!ended) throw jobGone(job.id);
  });
}

/** A deletion has taken the job away meanwhile: nothing of it may come into the index. */
export function jobGone(id: string): LoamError {
  return new LoamError('resource-not-found', { type: 'ingestion job', id });
}

async function swapIndex(transaction: Statements, scope: Scope, job: IngestionJobRow, at: Date): Promise<void> {
  const { knowledgeBaseId } = job;
  const index = await selectIndex(transaction, scope, knowledgeBaseId, 'update');
  if (!index) throw jobGone(job.id);
  const built = await selectBuiltSegments(transaction, scope, { knowledgeBaseId, owner: job.workId });
  const replaced = await selectReplacedDocuments(transaction, scope, job);
  if (built.length === 0 && replaced.length === 0) return;
  const start: Manifest = deleteDocuments(index.manifest, replaced);
  const manifest = built.reduce(
    (grown, { id, bytesId, embedder, statistics, key }) =>
      addSegment(grown, { id, bytesId, built: { embedder, statistics }, key: key ?? undefined }),
    start,
  );
  await swapManifest(transaction, scope, { knowledgeBaseId, manifest, content: 'changed' });
  const live = manifest.segments.map(({ id }) => id);
  await settleSegments(transaction, scope, { knowledgeBaseId, live, at });
}

/** Ends a job that cannot go on: what it has built is given up, and the index stays as it was. */
export async function failSync(
  { database, at, fence }: Finish,
  scope: Scope,
  job: IngestionJobRow,
  reason: string,
): Promise<void> {
  const { knowledgeBaseId } = job;
  const hasFailed = await database.transaction(async (transaction) => {
    await fence(transaction);
    const outcomes = await countOutcomes(transaction, scope, job);
    await killSegments(transaction, scope, { knowledgeBaseId, owner: job.workId, at });
    return updateIngestionJob(transaction, scope, {
      ...idsOf(job),
      status: 'FAILED',
      phase: 'ended',
      statistics: statisticsOf(
        job,
        outcomes.filter(({ outcome }) => outcome === 'failed'),
      ),
      failureReasons: [reason],
      at,
    });
  });
  // A job that has ended otherwise, or is gone, has nothing left to take back.
  if (hasFailed) await forgetDocuments(database, scope, job, null);
}

/** Removes what a sync has written of some outcomes, or of all. */
export async function forgetDocuments(
  database: Database,
  scope: Scope,
  job: IngestionJobRow,
  outcomes: readonly ['pending'] | null,
): Promise<void> {
  const of = { ...job, outcomes, limit: BATCH_ROWS };
  while ((await deleteDocumentsOfSync(database, scope, of)) > 0);
}

/** Removes the rows that a committed sync has taken the place of. May be cut short and begun again. */
export async function tidyDocuments(
  database: Database,
  scope: Scope,
  job: IngestionJobRow,
  signal: AbortSignal,
): Promise<void> {
  const of = { ...job, limit: BATCH_ROWS };
  let after: string | undefined = '';
  while (after !== undefined) {
    signal.throwIfAborted();
    after = await pruneDocuments(database, scope, { ...of, after });
  }
}

export function idsOf({ knowledgeBaseId, dataSourceId, id }: IngestionJobRow): {
  knowledgeBaseId: string;
  dataSourceId: string;
  ingestionJobId: string;
} {
  return { knowledgeBaseId, dataSourceId, ingestionJobId: id };
}
