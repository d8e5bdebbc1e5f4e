import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Manifest, NewSegment } from '../../../segments/index.ts';
import type { Database, Statements } from '../../../storage/database/contract.ts';
import type { RunningJob } from '../../../storage/jobs/contract.ts';
import { withoutDamage } from '../indexing/damage.ts';
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
import { deleteOldFailures, keepFailures } from '../tables/ingestion-failures.ts';
import { type IngestionJobRow, updateIngestionJob } from '../tables/ingestion-jobs.ts';
import { killSegments, selectBuiltSegments, settleSegments } from '../tables/segments.ts';
import { failureReasons } from './failure-reasons.ts';
import { asNewSegment, nextManifest } from './next-manifest.ts';
import { BATCH_ROWS } from './plan.ts';

const MOST_FAILURES_TOLD = 100;
// Of how many jobs of a data source it is kept which documents failed.
const JOBS_WITH_FAILURES = 100;

export interface Finish {
  readonly database: Database;
  readonly bucket: string;
  readonly at: Date;
  readonly fence: RunningJob<unknown>['fence'];
}

/** How a sync ends well. */
export interface Ending {
  readonly status: 'COMPLETE' | 'STOPPED';
  /** The content of the index beside which what was built has been judged; absent: it may have become any. */
  readonly judged?: number | undefined;
}

/**
 * Makes what a sync has done the truth, all at once: the manifest, the documents and the statistics. A search sees the index
 * before, or the index after.
 *
 * @returns false, with nothing changed, when the index is no longer the one that was judged
 */
export async function commitSync(
  { database, bucket, at, fence }: Finish,
  scope: Scope,
  job: IngestionJobRow,
  { status, judged }: Ending,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    await fence(transaction);
    const next = await nextIndex(transaction, scope, job, 'update');
    if (judged !== undefined && next.content !== judged) return false;
    await swapIndex(transaction, scope, job.knowledgeBaseId, { ...next, at });
    await commitSyncNumber(transaction, scope, job);
    const statistics = statisticsOf(job, await countOutcomes(transaction, scope, job));
    const failures = await selectFailures(transaction, scope, { ...job, limit: MOST_FAILURES_TOLD });
    const reasons = failureReasons(bucket, failures, statistics.numberOfDocumentsFailed);
    await keepFailures(transaction, scope, { ...idsOf(job), sync: job.sync });
    const ended = await updateIngestionJob(transaction, scope, {
      ...idsOf(job),
      status,
      phase: 'ended',
      statistics,
      failureReasons: reasons,
      at,
    });
    if (!ended) throw jobGone(job.id);
    return true;
  });
}

/** A deletion has taken the job away meanwhile: nothing of it may come into the index. */
export function jobGone(id: string): LoamError {
  return new LoamError('resource-not-found', { type: 'ingestion job', id });
}

/** The index as a sync would leave it. */
export interface NextIndex {
  /** Of the index now. */
  readonly version: number;
  readonly content: number;
  readonly manifest: Manifest;
  /** Whether it is another one than the index now. */
  readonly isChanged: boolean;
}

/** @throws LoamError `resource-not-found` when the index is gone */
export async function nextIndex(
  db: Statements,
  scope: Scope,
  job: IngestionJobRow,
  lock: 'none' | 'update',
): Promise<NextIndex> {
  const { knowledgeBaseId } = job;
  const index = await selectIndex(db, scope, knowledgeBaseId, lock);
  if (!index) throw jobGone(job.id);
  const rows = await selectBuiltSegments(db, scope, { knowledgeBaseId, owner: job.workId });
  const replaced = await selectReplacedDocuments(db, scope, job);
  const built: readonly NewSegment[] = rows.map(asNewSegment);
  const { version, content } = index;
  const isChanged = built.length > 0 || replaced.length > 0;
  return { version, content, manifest: nextManifest(index.manifest, { built, replaced }), isChanged };
}

/** The one place where what was built becomes the index, for syncs and for documents that come by calls of their own. */
export async function swapIndex(
  transaction: Statements,
  scope: Scope,
  knowledgeBaseId: string,
  next: Pick<NextIndex, 'manifest' | 'isChanged'> & { at: Date },
): Promise<void> {
  const { at } = next;
  const manifest = await withoutDamage(transaction, scope, knowledgeBaseId, next.manifest);
  if (!next.isChanged && manifest === next.manifest) return;
  await swapManifest(transaction, scope, { knowledgeBaseId, manifest, content: 'changed' });
  await settleSegments(transaction, scope, { knowledgeBaseId, live: manifest.segments.map(({ id }) => id), at });
}

/** Ends a job that cannot go on: what it has built is given up, and the index stays as it was. */
export async function failSync(
  { database, at, fence }: Finish,
  scope: Scope,
  job: IngestionJobRow,
  reasons: readonly string[],
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
      failureReasons: reasons,
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
  while ((await deleteOldFailures(database, scope, { ...of, jobs: JOBS_WITH_FAILURES })) > 0) signal.throwIfAborted();
}

export function idsOf({ knowledgeBaseId, dataSourceId, id }: IngestionJobRow): {
  knowledgeBaseId: string;
  dataSourceId: string;
  ingestionJobId: string;
} {
  return { knowledgeBaseId, dataSourceId, ingestionJobId: id };
}
