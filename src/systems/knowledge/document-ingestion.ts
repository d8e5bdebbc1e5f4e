import { isLoamError } from '../../core/errors.ts';
import type { JobHandler, RunningJob } from '../../storage/jobs/contract.ts';
import { JOB_KINDS } from './context.ts';
import type { DocumentsPayload } from './document-changes.ts';
import { ensureIndex } from './indexing/ensure-index.ts';
import { mergeIndex } from './indexing/merge.ts';
import { createSegmentBuilder, type SegmentBuilder } from './indexing/segment-builder.ts';
import { embeddingModelOf } from './knowledge-base-configuration.ts';
import { reopenIndex } from './retrieve.ts';
import { type Committing, commitChanges, type DoneChange, knownDocuments } from './sync/commit-changes.ts';
import { inParallel } from './sync/in-parallel.ts';
import { openPreparation } from './sync/open-preparation.ts';
import { type ChangeReading, isIngestion, plannedRow, readChange } from './sync/read-change.ts';
import type { SyncContext } from './sync.ts';
import { type DataSourceRow, selectDataSource } from './tables/data-sources.ts';
import { claimDocumentChanges, type DocumentChangeRow, selectCurrentChanges } from './tables/document-changes.ts';
import { selectKnowledgeBase } from './tables/knowledge-bases.ts';

const AT_ONCE = 100;
const ATTEMPTS = 1_000;
// After so many attempts what cannot be had (a store, an embedder elsewhere) is each document's failure.
const MOST_ERRORS = 10;

interface Ingestion extends Committing {
  readonly context: SyncContext;
  readonly work: RunningJob<DocumentsPayload>;
  readonly builder: SegmentBuilder;
  readonly modelId: string;
}

/**
 * The durable job behind IngestKnowledgeBaseDocuments and DeleteKnowledgeBaseDocuments: works on whatever waits in a data
 * source, up to a hundred documents at a time, each hundred in one swap of the index. It may run beside a sync of the same data
 * source.
 */
export function documentsHandler(context: SyncContext): JobHandler<DocumentsPayload> {
  return { kind: JOB_KINDS.documents, attempts: ATTEMPTS, concurrency: 2, run: (work) => run(context, work) };
}

async function run(context: SyncContext, work: RunningJob<DocumentsPayload>): Promise<void> {
  const { scope, payload, signal } = work;
  const { knowledgeBaseId, dataSourceId } = payload;
  const ids = { knowledgeBaseId, dataSourceId };
  let changed = false;
  for (;;) {
    signal.throwIfAborted();
    const source = await selectDataSource(context.database, scope, ids);
    const base = await selectKnowledgeBase(context.database, scope, knowledgeBaseId);
    if (!source || !base || source.status === 'DELETING' || base.status === 'DELETING') return;
    const claim = { ...ids, workId: work.id, limit: AT_ONCE };
    const claimed = await claimDocumentChanges(context.database, scope, claim);
    if (claimed.length === 0) break;
    await apply(context, work, source, embeddingModelOf(base.configuration), claimed);
    changed = true;
  }
  if (!changed) return;
  await mergeIndex(context, scope, { knowledgeBaseId, signal });
}

async function apply(
  context: SyncContext,
  work: RunningJob<DocumentsPayload>,
  source: DataSourceRow,
  modelId: string,
  claimed: readonly DocumentChangeRow[],
): Promise<void> {
  const { scope, signal } = work;
  const of = { knowledgeBaseId: source.knowledgeBaseId, modelId, signal };
  try {
    await ensureIndex(context, scope, of);
    const builder = await createSegmentBuilder(context, scope, of);
    const ingestion = { context, work, source, builder, modelId };
    const done = await readAll(ingestion, claimed);
    while (!(await build(ingestion, done))) signal.throwIfAborted();
    void reopenIndex(context, scope, source.knowledgeBaseId);
  } catch (error) {
    signal.throwIfAborted();
    const isPassing =
      !isLoamError(error) || ['unavailable', 'throttled', 'dependency', 'timeout', 'internal'].includes(error.kind);
    if (isPassing && work.attempt < MOST_ERRORS) throw error;
    await failAll(context, work, source, claimed, error);
  }
}

async function readAll(ingestion: Ingestion, claimed: readonly DocumentChangeRow[]): Promise<DoneChange[]> {
  const { context, work, source, builder, modelId } = ingestion;
  const known = await knownDocuments(context.database, work.scope, source, claimed);
  const reading: ChangeReading = {
    ...{ context, scope: work.scope, source },
    preparation: openPreparation(context, work.scope, {
      source,
      modelId,
      embedding: builder.embedding,
      signal: work.signal,
    }),
    openBucket: (bucket) => context.openBucket(work.scope, { bucket, prefix: '' }),
  };
  const read = async (change: DocumentChangeRow): Promise<DoneChange> => {
    if (!isIngestion(change)) return { change, chunks: [] };
    const result = await readChange(reading, change, known.get(change.key));
    return result ? { change, row: result.row, chunks: result.chunks } : { change, chunks: [] };
  };
  const done: DoneChange[] = [];
  for await (const one of inParallel(each(claimed), context.documentsAtOnce, read)) done.push(one);
  return done;
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

/** @returns false when a later change took the place of one of these meanwhile: the segment then holds what must not be found */
async function build({ builder, ...of }: Ingestion, all: readonly DoneChange[]): Promise<boolean> {
  const changeIds = all.map(({ change }) => change.changeId);
  const ids = { knowledgeBaseId: of.source.knowledgeBaseId, dataSourceId: of.source.id };
  const still = await selectCurrentChanges(of.context.database, of.work.scope, { ...ids, changeIds });
  const done = all.filter(({ change }) => still.has(change.changeId));
  const chunks = done.flatMap((one) => [...one.chunks]);
  return commitChanges(of, done, await builder.build(chunks, of.source.kmsKey ?? undefined));
}

/** What cannot be worked on at all is told of each document. */
async function failAll(
  context: SyncContext,
  work: RunningJob<DocumentsPayload>,
  source: DataSourceRow,
  claimed: readonly DocumentChangeRow[],
  error: unknown,
): Promise<void> {
  context.log.warn({ dataSource: source.id, error: String(error) }, 'Documents could not be put into a knowledge base');
  const reason = isLoamError(error) ? error.message : 'The service hit an internal error; its log has the details.';
  const known = await knownDocuments(context.database, work.scope, source, claimed);
  const done = claimed.map((change): DoneChange => {
    const before = known.get(change.key);
    const row = isIngestion(change) ? plannedRow(source, change, before) : before;
    return { change, ...(row && { row: { ...row, outcome: 'failed', reason } }), chunks: [] };
  });
  await commitChanges({ context, work, source }, done, undefined);
}
