/** Knowledge bases: documents of a bucket in, passages and cited answers out. */
import type { Scope } from '../../core/scope.ts';
import type { MetadataFilter } from '../../segments/index.ts';
import type { JobHandler, JobStatus } from '../../storage/jobs/contract.ts';
import type { FindReferences } from '../../storage/objects/collect-orphans.ts';
import type { ResolveNames, ServiceOperations } from '../../wire/operation.ts';
import type { Objects } from '../objects/index.ts';
import { type Answers, createAnswers } from './answers.ts';
import { bedrockAgentOperations, bedrockAgentRuntimeOperations } from './api/index.ts';
import type { KnowledgeContext } from './context.ts';
import { creationHandler } from './creation.ts';
import { dataSourceDeletionHandler, knowledgeBaseDeletionHandler } from './deletion.ts';
import { documentsHandler } from './document-ingestion.ts';
import { createEvaluations, type Evaluations } from './evaluations/index.ts';
import { evaluationHandler } from './evaluations/run.ts';
import { type Aliases, createAliases } from './import/aliases.ts';
import { createNameResolver } from './import/resolve-names.ts';
import { reportingDamage } from './indexing/report-damage.ts';
import { keptHistory, sweepableSegments, sweepSegments } from './indexing/sweep.ts';
import { reembedHandler, reembedStatus, startReembed } from './reembed.ts';
import { createIndexSearch } from './retrieval/index-search.ts';
import { createRetrievals, type Retrievals } from './retrievals.ts';
import { openDocumentBucket } from './sync/document-bucket.ts';
import { syncHandler } from './sync.ts';
import { createSyncOnChange } from './sync-on-change.ts';
import { createSyncs, type Syncs } from './syncs.ts';
import { type ListedTables, listTables } from './table-answers/list-tables.ts';
import { selectKnownTableBytes } from './tables/document-tables.ts';
import { selectKnownBytes } from './tables/segments.ts';
import { createIntermediateStorage } from './transformation/intermediate-storage.ts';
import { catchUpStores } from './vector-stores/catch-up.ts';
import { createMoves, type Moves, moveHandler } from './vector-stores/moves.ts';
import { routeSearch } from './vector-stores/routed-search.ts';
import { type ViewedDocument, type ViewRequest, viewDocument } from './viewer/view-document.ts';

export type { Replay } from './answering/replay.ts';
export type { AnswerDescription, AnswerReader, Answers } from './answers.ts';
export type { KnowledgeContext } from './context.ts';
export type { EvaluationRun } from './evaluations/contract.ts';
export type { Evaluations } from './evaluations/index.ts';
export type { Aliases } from './import/aliases.ts';
export { carryOverDataSource, carryOverKnowledgeBase, documentsOf, type LeftBehind } from './import/carry-over.ts';
export { cloudQueryCost, type QueryCost } from './import/query-cost.ts';
export {
  documentOf,
  reportShadow,
  type ShadowAnswer,
  type ShadowedQuery,
  type ShadowPassage,
  type ShadowReport,
} from './import/shadow.ts';
export { knowledgeMigrations } from './migrations/list.ts';
export { findTextRecognition, type TextRecognition } from './parsers/text-recognition.ts';
export type { IngestionPlan } from './plan-ingestion.ts';
export type { RetrieveExplanation } from './retrieval/explanation.ts';
export type { Retrievals } from './retrievals.ts';
export type { Syncs } from './syncs.ts';
export type { Transformations } from './transformation/contract.ts';
export { createTransformations } from './transformation/transformations.ts';
export type { Moves } from './vector-stores/moves.ts';
export type { VectorStoreSettings } from './vector-stores/settings.ts';
export { createVectorStores } from './vector-stores/stores.ts';

export interface KnowledgeOptions extends KnowledgeContext {
  /** Where the documents are. */
  readonly objects: Pick<
    Objects,
    'listObjects' | 'openObject' | 'putObject' | 'operations' | 'watch' | 'unwatch' | 'onChange'
  >;
  /** What open indexes may take of memory, in MB. */
  readonly searchMemoryMb?: number;
  /** Documents of one sync that are read at once; two by default. */
  readonly documentsAtOnce?: number;
}

export interface Knowledge {
  /** Of the services bedrock-agent and bedrock-agent-runtime. */
  readonly operations: readonly ServiceOperations[];
  /** To be given to `jobs.start`. */
  readonly jobHandlers: readonly JobHandler<never>[];
  readonly retrievals: Retrievals;
  /** What was answered. */
  readonly answers: Answers;
  /**
   * Embeds a knowledge base anew when its embedding model has become another one. @returns the id of the job
   *
   * @throws LoamError `resource-not-found`, `resource-conflict`
   */
  startReembed(scope: Scope, knowledgeBaseId: string): Promise<string>;
  reembedStatus(scope: Scope, id: string): Promise<JobStatus | undefined>;
  /** The text of a document around one of its passages, for people to look at. */
  viewDocument(scope: Scope, request: ViewRequest, signal: AbortSignal): Promise<ViewedDocument>;
  /** The tables of its documents that questions are answered from. @throws LoamError `resource-not-found` */
  listTables(
    scope: Scope,
    request: { knowledgeBaseId: string; visible?: MetadataFilter | undefined },
  ): Promise<ListedTables>;
  /** Saved questions, and what the index makes of them. */
  readonly evaluations: Evaluations;
  readonly syncs: Syncs;
  /** Where knowledge bases are kept, and moving them between vector stores. */
  readonly moves: Moves;
  /** Brings vector stores up to date that are behind their index. To be called now and then. */
  catchUpStores(signal: AbortSignal): Promise<void>;
  /** The ids that knowledge bases had where they were imported from. */
  readonly aliases: Aliases;
  /** Takes such ids, and ARNs, in the input of an operation for what they mean here. */
  readonly resolveNames: ResolveNames;
  /** Starts syncs for changes of watched buckets that nobody has started one for. To be called now and then. */
  catchUpWithChanges(): Promise<void>;
  /** Removes segments that nothing needs any more. To be called now and then; a minute is a good period. */
  sweep(signal: AbortSignal, mayCollect?: () => Promise<boolean>): Promise<number>;
  /** The segments that a sweep would remove now, for a report. */
  deadSegments(): Promise<readonly { readonly bytesId: string; readonly bytes: number }[]>;
  /** The earlier states of indexes that are kept, and what they alone take. */
  keptHistory(): Promise<{ readonly states: number; readonly bytes: number }>;
  /** For the collection of orphaned bytes: which of these this system still refers to. */
  readonly findReferences: FindReferences;
  /** Lets go of open indexes. */
  close(): Promise<void>;
}

const SEARCH_MEMORY_MB = 1_024;
const IDLE_MS = 600_000;
const DOCUMENTS_AT_ONCE = 2;

export function createKnowledge(options: KnowledgeOptions): Knowledge {
  const { objects, searchMemoryMb = SEARCH_MEMORY_MB, documentsAtOnce = DOCUMENTS_AT_ONCE, ...base } = options;
  const embedded = reportingDamage(base, createIndexSearch(base, { memoryMb: searchMemoryMb, idleMs: IDLE_MS }));
  const search = base.vectorStores ? routeSearch(base, base.vectorStores, embedded) : embedded;
  const context = {
    ...base,
    watches: objects,
    search,
    documentsAtOnce,
    openBucket: (scope: Scope, location: { bucket: string; prefix: string }) =>
      openDocumentBucket(objects, scope, location),
    openObject: objects.openObject,
    objectGuard: objects.operations.guard,
    openIntermediateStorage: createIntermediateStorage(objects),
  };
  const onChange = createSyncOnChange(context, objects);
  return {
    operations: [bedrockAgentOperations(context), bedrockAgentRuntimeOperations(context)],
    jobHandlers: [
      creationHandler(context),
      syncHandler(context),
      documentsHandler(context),
      dataSourceDeletionHandler(context),
      knowledgeBaseDeletionHandler(context),
      reembedHandler(context),
      evaluationHandler(context),
      moveHandler(context),
    ] as readonly JobHandler<never>[],
    retrievals: createRetrievals(context),
    answers: createAnswers(context),
    startReembed: (scope, knowledgeBaseId) => startReembed(context, scope, knowledgeBaseId),
    reembedStatus: (scope, id) => reembedStatus(context, scope, id),
    viewDocument: (scope, request, signal) => viewDocument(context, scope, request, signal),
    listTables: (scope, request) => listTables(context, scope, request),
    evaluations: createEvaluations(context),
    syncs: createSyncs(context),
    moves: createMoves(context),
    catchUpStores: (signal) => catchUpStores(context, signal),
    aliases: createAliases(context),
    resolveNames: createNameResolver(context),
    catchUpWithChanges: () => onChange.catchUp(),
    sweep: (signal, mayCollect) => sweepSegments(context, signal, mayCollect),
    deadSegments: () => sweepableSegments(context),
    keptHistory: () => keptHistory(context),
    findReferences: async (ids) =>
      new Set([
        ...(await selectKnownBytes(context.database, ids)),
        ...(await selectKnownTableBytes(context.database, ids)),
      ]),
    close: async () => {
      onChange.close();
      await search.close();
      await base.vectorStores?.close();
    },
  };
}
