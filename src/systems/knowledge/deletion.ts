import type { Scope } from '../../core/scope.ts';
import { deleteDocuments as withoutDocuments } from '../../segments/index.ts';
import type { JobHandler, RunningJob } from '../../storage/jobs/contract.ts';
import { JOB_KINDS, type KnowledgeContext, now } from './context.ts';
import { mergeIndex } from './indexing/merge.ts';
import { BATCH_ROWS } from './sync/plan.ts';
import { deleteAnswers } from './tables/answers.ts';
import {
  type DataSourceIds,
  type DataSourceRow,
  deleteDataSourceRow,
  selectDataSource,
  selectDataSources,
} from './tables/data-sources.ts';
import { deleteAllDocumentChanges } from './tables/document-changes.ts';
import { deleteDocuments, selectIndexedDocuments } from './tables/documents.ts';
import { deleteEvaluationsOf } from './tables/evaluations.ts';
import { deleteIndex, selectIndex, swapManifest } from './tables/indexes.ts';
import { deleteIngestionJobs, selectRunningIngestionJob } from './tables/ingestion-jobs.ts';
import { deleteKnowledgeBaseRow, selectKnowledgeBase } from './tables/knowledge-bases.ts';
import { killSegments } from './tables/segments.ts';
import { deleteSessions } from './tables/sessions.ts';
import { detachStores } from './vector-stores/attach.ts';
import { isWatched, stopTelling, type WatchContext } from './watching.ts';

// A deletion has to come to its end, whatever fails meanwhile.
const ATTEMPTS = 1_000;
const PAGE = 100;

/** Removes what belongs to a deleted data source: its passages, unless it retains them, and its rows. */
export function dataSourceDeletionHandler(context: WatchContext): JobHandler<DataSourceIds> {
  const run = async ({ scope, payload, signal }: RunningJob<DataSourceIds>): Promise<void> => {
    const source = await selectDataSource(context.database, scope, payload);
    if (source?.status !== 'DELETING') return;
    if (await isWatched(context, scope, source)) await stopTelling(context, scope, source);
    await endJobs(context, scope, payload);
    // Read again: a sync may have come to its end just before its job was taken away.
    const left = await selectDataSource(context.database, scope, payload);
    if (left?.deletionPolicy === 'DELETE') await removePassages(context, scope, left, signal);
    await removeRows(context, scope, payload, signal);
    await mergeIndex(context, scope, { knowledgeBaseId: payload.knowledgeBaseId, signal });
  };
  return { kind: JOB_KINDS.deleteDataSource, attempts: ATTEMPTS, concurrency: 4, run };
}

/** Removes a deleted knowledge base with all that belongs to it; its segments go when nobody searches them any more. */
export function knowledgeBaseDeletionHandler(context: WatchContext): JobHandler<{ knowledgeBaseId: string }> {
  const { database } = context;
  const run = async ({ scope, payload, signal }: RunningJob<{ knowledgeBaseId: string }>): Promise<void> => {
    const { knowledgeBaseId } = payload;
    await database.transaction(async (transaction) => {
      await deleteIndex(transaction, scope, knowledgeBaseId);
      await killSegments(transaction, scope, { knowledgeBaseId, owner: null, at: now(context) });
    });
    for (;;) {
      const sources = await selectDataSources(database, scope, { knowledgeBaseId, after: '', limit: PAGE });
      if (sources.length === 0) break;
      for (const source of sources) {
        const dataSourceId = source.id;
        if (await isWatched(context, scope, source)) await stopTelling(context, scope, source);
        await endJobs(context, scope, { knowledgeBaseId, dataSourceId });
        await removeRows(context, scope, { knowledgeBaseId, dataSourceId }, signal);
      }
    }
    // Once more, for what a sync had still been building.
    await killSegments(database, scope, { knowledgeBaseId, owner: null, at: now(context) });
    const base = await selectKnowledgeBase(database, scope, knowledgeBaseId);
    if (base) await detachStores(context, scope, base, signal);
    await deleteSessions(database, scope, knowledgeBaseId);
    await deleteAnswers(database, scope, knowledgeBaseId);
    await deleteEvaluationsOf(database, scope, knowledgeBaseId);
    await deleteKnowledgeBaseRow(database, scope, knowledgeBaseId);
  };
  return { kind: JOB_KINDS.deleteKnowledgeBase, attempts: ATTEMPTS, concurrency: 4, run };
}

/** A sync that still runs finds its job gone with its next batch, and ends. */
async function endJobs(context: KnowledgeContext, scope: Scope, ids: DataSourceIds): Promise<void> {
  const running = await selectRunningIngestionJob(context.database, scope, ids);
  if (running) await context.jobs.cancel(scope, running.workId);
  await context.database.transaction(async (transaction) => {
    await deleteIngestionJobs(transaction, scope, ids);
    if (!running) return;
    const { knowledgeBaseId } = ids;
    await killSegments(transaction, scope, { knowledgeBaseId, owner: running.workId, at: now(context) });
  });
}

async function removePassages(
  { database }: KnowledgeContext,
  scope: Scope,
  source: DataSourceRow,
  signal: AbortSignal,
): Promise<void> {
  const { knowledgeBaseId, id: dataSourceId, committedSync: sync } = source;
  for (let after: string | undefined = ''; after !== undefined; ) {
    signal.throwIfAborted();
    const page = { knowledgeBaseId, dataSourceId, sync, after, limit: BATCH_ROWS };
    const documents = await selectIndexedDocuments(database, scope, page);
    const ids = documents.map(({ documentId }) => documentId);
    if (ids.length > 0) await removeFromIndex(database, scope, knowledgeBaseId, ids);
    after = documents.at(-1)?.key;
  }
}

async function removeFromIndex(
  database: KnowledgeContext['database'],
  scope: Scope,
  knowledgeBaseId: string,
  documentIds: readonly string[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    const index = await selectIndex(transaction, scope, knowledgeBaseId, 'update');
    if (!index) return;
    const manifest = withoutDocuments(index.manifest, documentIds);
    await swapManifest(transaction, scope, { knowledgeBaseId, manifest, content: 'changed' });
  });
}

async function removeRows(
  { database }: KnowledgeContext,
  scope: Scope,
  ids: DataSourceIds,
  signal: AbortSignal,
): Promise<void> {
  while ((await deleteDocuments(database, scope, { ...ids, limit: BATCH_ROWS })) > 0) signal.throwIfAborted();
  await deleteAllDocumentChanges(database, scope, ids);
  await deleteDataSourceRow(database, scope, ids);
}
