import { isLoamError, LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { JobHandler, RunningJob } from '../../storage/jobs/contract.ts';
import { JOB_KINDS, now } from './context.ts';
import { documentLocation } from './data-source-configuration.ts';
import { enqueueDocuments } from './document-changes.ts';
import { findDamageBeforeSync } from './indexing/damage.ts';
import { ensureIndex } from './indexing/ensure-index.ts';
import { mergeIndex } from './indexing/merge.ts';
import { createSegmentBuilder, keepSegment, type SegmentBuilder } from './indexing/segment-builder.ts';
import { type SyncPayload, startChangedSync } from './ingestion-jobs.ts';
import { embeddingModelOf } from './knowledge-base-configuration.ts';
import { type RetrieveContext, reopenIndex } from './retrieve.ts';
import { BATCH_LIMITS, type Batch, inBatches } from './sync/batches.ts';
import type { DocumentBucket } from './sync/document-bucket.ts';
import { commitSync, type Ending, failSync, forgetDocuments, idsOf, jobGone, tidyDocuments } from './sync/finish.ts';
import { judge } from './sync/guard.ts';
import { inParallel } from './sync/in-parallel.ts';
import { openPreparation, type PreparationContext } from './sync/open-preparation.ts';
import { createPace } from './sync/pace.ts';
import { BATCH_ROWS, type PlannedDocument, planSync } from './sync/plan.ts';
import { readPlanned } from './sync/read-planned.ts';
import { type DataSourceRow, selectDataSource } from './tables/data-sources.ts';
import { hasDocumentChanges } from './tables/document-changes.ts';
import { countOutcomes, selectPendingDocuments, upsertDocuments } from './tables/documents.ts';
import { type IngestionJobRow, selectIngestionJob, updateIngestionJob } from './tables/ingestion-jobs.ts';
import { selectKnowledgeBase } from './tables/knowledge-bases.ts';

// Failures of passing things (a store, a database, an embedder elsewhere) after which a sync is given up. It is counted here
// and not by the queue, so that no ingestion job is ever left running without work.
const MOST_ERRORS = 5;
const ATTEMPTS = 1_000;
const MOST_JUDGEMENTS = 5;
const RESTLESS = 'changed again and again while its evaluation was run';

export interface SyncContext extends RetrieveContext, PreparationContext {
  readonly documentsAtOnce: number;
  readonly openBucket: (scope: Scope, location: { bucket: string; prefix: string }) => DocumentBucket;
}

/** What one attempt of a sync works on. */
interface Sync {
  readonly context: SyncContext;
  readonly work: RunningJob<SyncPayload>;
  readonly source: DataSourceRow;
  readonly bucket: DocumentBucket;
  readonly builder: SegmentBuilder;
  /** The embedding model that the knowledge base names. */
  readonly modelId: string;
}

/**
 * The durable job of an ingestion job: scan and plan, then read, cut and index what there is to do batch by batch, then swap
 * the index in one transaction. Every step writes down what it has done, so that an attempt after a crash goes on there.
 */
export function syncHandler(context: SyncContext): JobHandler<SyncPayload> {
  return { kind: JOB_KINDS.sync, attempts: ATTEMPTS, concurrency: 2, run: (work) => run(context, work) };
}

async function run(context: SyncContext, work: RunningJob<SyncPayload>): Promise<void> {
  const job = await selectIngestionJob(context.database, work.scope, work.payload);
  const source = await selectDataSource(context.database, work.scope, work.payload);
  const base = await selectKnowledgeBase(context.database, work.scope, work.payload.knowledgeBaseId);
  // Deleted meanwhile: there is nothing to do, and nobody to tell.
  if (!job || !source || !base || base.status === 'DELETING' || source.status === 'DELETING') return;
  const bucket = context.openBucket(work.scope, documentLocation(source.configuration));
  try {
    const of = { knowledgeBaseId: base.id, modelId: embeddingModelOf(base.configuration), signal: work.signal };
    // A sync may come before the job that makes the index.
    await ensureIndex(context, work.scope, of);
    const builder = await createSegmentBuilder(context, work.scope, of);
    await bringToEnd({ context, work, source, bucket, builder, modelId: of.modelId }, job);
  } catch (error) {
    work.signal.throwIfAborted();
    await giveUpOrThrow(context, work, job, bucket.name, error);
    await goOn(context, work);
    return;
  }
  await goOn(context, work);
  await tidyDocuments(context.database, work.scope, job, work.signal);
  // Where nothing was changed there is nothing to merge that the last change has not begun to.
  if (await hasChangedIndex(context, work)) {
    await mergeIndex(context, work.scope, { knowledgeBaseId: job.knowledgeBaseId, signal: work.signal });
  }
}

async function hasChangedIndex(context: SyncContext, { scope, payload }: RunningJob<SyncPayload>): Promise<boolean> {
  const statistics = (await selectIngestionJob(context.database, scope, payload))?.statistics;
  if (!statistics) return true;
  const { numberOfNewDocumentsIndexed: added, numberOfModifiedDocumentsIndexed: modified } = statistics;
  const { numberOfMetadataDocumentsModified: metadata, numberOfDocumentsDeleted: deleted } = statistics;
  return added + modified + metadata + deleted > 0;
}

/** What has waited for the end of this sync. An attempt after a crash comes here as well. */
async function goOn(context: SyncContext, { scope, payload }: RunningJob<SyncPayload>): Promise<void> {
  await startChangedSync(context, scope, payload);
  await context.database.transaction(async (transaction) => {
    if (!(await hasDocumentChanges(transaction, scope, payload))) return;
    await enqueueDocuments(context, transaction, scope, payload);
  });
}

async function bringToEnd(sync: Sync, started: IngestionJobRow): Promise<void> {
  const { context, work } = sync;
  let job = started;
  if (job.phase === 'scanning') {
    const { knowledgeBaseId } = job;
    await findDamageBeforeSync(context, work.scope, { knowledgeBaseId, signal: work.signal });
    job = await plan(sync, job);
  }
  if (job.phase !== 'indexing') return;
  const stopped = await indexDocuments(sync, job);
  if (stopped) await forgetDocuments(context.database, work.scope, job, ['pending']);
  await swapIn(sync, job, stopped ? 'STOPPED' : 'COMPLETE');
  void reopenIndex(context, work.scope, job.knowledgeBaseId);
}

/** Swaps in what was built; where a guard speaks against it, the job fails with its reasons and the index stays. */
async function swapIn(sync: Sync, job: IngestionJobRow, status: Ending['status']): Promise<void> {
  const { context, work, bucket, modelId } = sync;
  const finish = { database: context.database, bucket: bucket.name, at: now(context), fence: work.fence };
  const { guard } = job;
  for (let round = 0; round < MOST_JUDGEMENTS; round += 1) {
    const verdict = guard && (await judge(context, work.scope, { ...job, guard }, { modelId, signal: work.signal }));
    if (verdict && verdict.reasons.length > 0) {
      await failSync({ ...finish, at: now(context) }, work.scope, job, verdict.reasons);
      return;
    }
    if (await commitSync({ ...finish, at: now(context) }, work.scope, job, { status, judged: verdict?.content }))
      return;
  }
  throw new LoamError('resource-conflict', { type: 'knowledge base', id: job.knowledgeBaseId, problem: RESTLESS });
}

async function plan({ context, work, source, bucket }: Sync, job: IngestionJobRow): Promise<IngestionJobRow> {
  const { database } = context;
  const at = now(context);
  await updateIngestionJob(database, work.scope, { ...idsOf(job), status: 'IN_PROGRESS', at });
  const report = (done: number) => work.report({ done, unit: 'documents scanned' });
  const seen = await planSync(
    { database, at, signal: work.signal, fence: work.fence, report },
    work.scope,
    { ...work.payload, sync: job.sync, committedSync: source.committedSync },
    bucket.list(work.signal),
  );
  const change = { ...idsOf(job), ...seen, phase: 'indexing' as const, at: now(context) };
  const planned = await database.transaction(async (transaction) => {
    await work.fence(transaction);
    return updateIngestionJob(transaction, work.scope, change);
  });
  if (!planned) throw jobGone(job.id);
  return planned;
}

/** Reads and indexes what is pending. @returns whether it was asked to stop before the end */
async function indexDocuments(sync: Sync, job: IngestionJobRow): Promise<boolean> {
  if (job.status === 'STOPPING') return true;
  const { context, work, source, bucket, modelId } = sync;
  const of = { source, modelId, embedding: sync.builder.embedding, ingestionJobId: job.id, signal: work.signal };
  const read = { ...openPreparation(context, work.scope, of), bucket, dataSourceId: source.id };
  const progress = await startProgress(sync, job);
  const results = inParallel(pending(sync, job), context.documentsAtOnce, async (row) => {
    const result = await readPlanned(read, row);
    await progress();
    return result;
  });
  for await (const batch of inBatches(results, BATCH_LIMITS, context.clock)) {
    if (await writeBatch(sync, job, batch)) return true;
  }
  return false;
}

async function* pending({ context, work }: Sync, job: IngestionJobRow): AsyncGenerator<PlannedDocument> {
  for (let after = ''; ; ) {
    const rows = await selectPendingDocuments(context.database, work.scope, { ...job, after, limit: BATCH_ROWS });
    // The longest first, so that none of them is left to the end.
    yield* rows.toSorted((a, b) => b.size - a.size);
    const last = rows.at(-1);
    if (!last) return;
    after = last.key;
  }
}

async function startProgress({ context, work }: Sync, job: IngestionJobRow): Promise<() => Promise<void>> {
  const outcomes = await countOutcomes(context.database, work.scope, job);
  const sum = (counts: typeof outcomes): number => counts.reduce((total, { documents }) => total + documents, 0);
  const total = sum(outcomes.filter(({ change }) => change !== 'deleted'));
  let done = total - sum(outcomes.filter(({ outcome }) => outcome === 'pending'));
  const pace = createPace(context.clock, done);
  const report = () => work.report({ done, total, unit: 'documents', ...pace.of(done, total) });
  await report();
  return async () => {
    done += 1;
    await report();
  };
}

/** Builds and keeps the segment of a batch and writes down what became of its documents. @returns whether to stop here */
async function writeBatch(
  { context, work, builder, source }: Sync,
  job: IngestionJobRow,
  batch: Batch,
): Promise<boolean> {
  const segment = await builder.build(batch.chunks, source.kmsKey ?? undefined);
  const at = now(context);
  const built = { knowledgeBaseId: job.knowledgeBaseId, owner: job.workId, state: 'building' as const };
  const state = await context.database.transaction(async (transaction) => {
    await work.fence(transaction);
    const running = await updateIngestionJob(transaction, work.scope, { ...idsOf(job), at });
    if (!running) throw jobGone(job.id);
    if (segment) await keepSegment(transaction, work.scope, segment, { ...built, at });
    await upsertDocuments(transaction, work.scope, { ...job, rows: batch.rows, at });
    return running.status;
  });
  return state === 'STOPPING';
}

/** What cannot pass, or has not passed often enough, ends the ingestion job; anything else is tried again. */
async function giveUpOrThrow(
  context: SyncContext,
  { scope, fence }: RunningJob<SyncPayload>,
  job: IngestionJobRow,
  bucket: string,
  error: unknown,
): Promise<void> {
  const isPassing =
    !isLoamError(error) || ['unavailable', 'throttled', 'dependency', 'timeout', 'internal'].includes(error.kind);
  const at = now(context);
  if (isPassing && job.errors + 1 < MOST_ERRORS) {
    await updateIngestionJob(context.database, scope, { ...idsOf(job), failedAttempt: true, at });
    throw error;
  }
  context.log.warn({ ingestionJob: job.id, error: String(error) }, 'An ingestion job failed');
  const reason = isLoamError(error) ? error.message : 'The service hit an internal error; its log has the details.';
  await failSync({ database: context.database, bucket, at, fence }, scope, job, [reason]);
}
