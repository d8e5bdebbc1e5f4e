import { setTimeout as delay } from 'node:timers/promises';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { JobHandler, JobStatus, RunningJob } from '../../../storage/jobs/contract.ts';
import { JOB_KINDS, type KnowledgeContext } from '../context.ts';
import { getKnowledgeBase, getUsableKnowledgeBase } from '../knowledge-bases.ts';
import { selectIndex } from '../tables/indexes.ts';
import {
  deleteVectorStore,
  insertVectorStore,
  selectAnsweringStore,
  selectVectorStores,
  setAnsweringStore,
} from '../tables/vector-stores.ts';
import { type CheckedStore, checkStores } from './check-stores.ts';
import { CLAIM_MS, mirrorIndex } from './mirror.ts';
import { EMBEDDED, type Placement, placementOf } from './placement.ts';

/** What a move would do. */
export interface MovePlan {
  readonly from: string;
  readonly to: string;
  /** Of the segments, dead ones included: a little more than what is copied. */
  readonly chunks: number;
  readonly documents: number;
  /** One sentence for people. */
  readonly does: string;
}

/** Where knowledge bases are kept, and moving them. */
export interface Moves {
  /** @throws LoamError `resource-not-found` */
  placement(scope: Scope, knowledgeBaseId: string): Promise<Placement>;
  /** The configured stores, and those that are asked for and not configured. */
  check(scope: Scope, signal: AbortSignal): Promise<CheckedStore[]>;
  /** @throws LoamError `resource-not-found`, `parameter-invalid` */
  plan(scope: Scope, move: Move): Promise<MovePlan>;
  /**
   * Copies a knowledge base to another store, checks that it holds as many passages, then has searches go there; until
   * then they go where they went. @returns the id of the job
   *
   * @throws LoamError `resource-not-found`, `resource-conflict`, `parameter-invalid`
   */
  start(scope: Scope, move: Move): Promise<string>;
  status(scope: Scope, jobId: string): Promise<JobStatus | undefined>;
}

export interface Move {
  readonly knowledgeBaseId: string;
  /** `embedded`, an ARN or endpoint of the configuration, or its short name. */
  readonly to: string;
}

const POLL_MS = 1_000;

export function createMoves(context: KnowledgeContext): Moves {
  return {
    placement: (scope, knowledgeBaseId) => placementOf(context, scope, knowledgeBaseId),
    check: (scope, signal) => checkStores(context, scope, signal),
    plan: (scope, move) => planMove(context, scope, move),
    async start(scope, { knowledgeBaseId, to }) {
      await getUsableKnowledgeBase(context, scope, knowledgeBaseId);
      const payload: Move = { knowledgeBaseId, to: keyOf(context, to) };
      const id = context.ids.uuid();
      await context.jobs.enqueue(scope, { id, kind: JOB_KINDS.move, payload });
      return id;
    },
    status: (scope, jobId) => context.jobs.status(scope, jobId),
  };
}

export function moveHandler(context: KnowledgeContext): JobHandler<Move> {
  return { kind: JOB_KINDS.move, attempts: 3, concurrency: 1, run: (work) => move(context, work) };
}

function keyOf({ vectorStores }: KnowledgeContext, to: string): string {
  if (to === EMBEDDED) return EMBEDDED;
  if (!vectorStores)
    throw new LoamError('parameter-invalid', { parameter: 'to', problem: `is ${to}`, allowed: EMBEDDED });
  return vectorStores.find(to);
}

async function planMove(context: KnowledgeContext, scope: Scope, { knowledgeBaseId, to }: Move): Promise<MovePlan> {
  const { store: from } = await placementOf(context, scope, knowledgeBaseId);
  const key = keyOf(context, to);
  const index = await selectIndex(context.database, scope, knowledgeBaseId);
  const segments = index?.manifest.segments ?? [];
  const sum = (field: 'chunks' | 'documents') => segments.reduce((all, { statistics }) => all + statistics[field], 0);
  const [chunks, documents] = [sum('chunks'), sum('documents')];
  const does =
    from === key
      ? `Nothing: ${key} answers already.`
      : key === EMBEDDED
        ? `Has the embedded index answer, which holds everything, and removes the passages from ${from}.`
        : `Copies up to ${chunks} passages of ${documents} documents to ${key}, compares the counts, has it answer` +
          (from === EMBEDDED ? '; the embedded index keeps its copy.' : `, and removes the passages from ${from}.`);
  return { from, to: key, chunks, documents, does };
}

async function move(context: KnowledgeContext, work: RunningJob<Move>): Promise<void> {
  const { scope, payload, signal } = work;
  const { knowledgeBaseId, to } = payload;
  await getKnowledgeBase(context, scope, knowledgeBaseId);
  if (to !== EMBEDDED) await fill(context, work);
  await context.database.transaction(async (transaction) => {
    await work.fence(transaction);
    const store = to === EMBEDDED ? null : to;
    await setAnsweringStore(transaction, scope, { knowledgeBaseId, store });
  });
  await clearOthers(context, scope, payload, signal);
}

/** Copies everything; whatever is committed meanwhile is mirrored before the swap, or right after it. */
async function fill(context: KnowledgeContext, { scope, payload, signal, report }: RunningJob<Move>): Promise<void> {
  const { knowledgeBaseId, to: store } = payload;
  const { storage } = await getKnowledgeBase(context, scope, knowledgeBaseId);
  const index = await selectIndex(context.database, scope, knowledgeBaseId);
  if (!index || !context.vectorStores) {
    throw new LoamError('resource-conflict', {
      type: 'knowledge base',
      id: knowledgeBaseId,
      problem: 'is not ACTIVE yet',
    });
  }
  const answering = await selectAnsweringStore(context.database, scope, knowledgeBaseId);
  if (answering?.store !== store) {
    const { dimensions } = index.manifest.embedder;
    const opened = await context.vectorStores.open(scope, { knowledgeBaseId, store, storage, dimensions });
    await opened.store.prepare(signal);
    await insertVectorStore(context.database, scope, { knowledgeBaseId, store, answers: false });
  }
  const progress = (done: number, total: number) => report({ done, total, unit: 'passages' });
  // Somebody else may be at it; one who was killed keeps his claim for a while.
  for (let waited = 0; waited <= 2 * CLAIM_MS; waited += POLL_MS) {
    if (await mirrorIndex(context, scope, { knowledgeBaseId, store, signal, report: progress })) return;
    await delay(POLL_MS, undefined, { signal });
  }
  throw new LoamError('vector-store-unavailable', { store, problem: 'another process is writing to it' });
}

async function clearOthers(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, to }: Move,
  signal: AbortSignal,
): Promise<void> {
  const { storage } = await getKnowledgeBase(context, scope, knowledgeBaseId);
  for (const { store, manifest } of await selectVectorStores(context.database, scope, knowledgeBaseId)) {
    if (store === to) continue;
    const dimensions = manifest?.embedder.dimensions ?? 0;
    const opened = await context.vectorStores?.open(scope, { knowledgeBaseId, store, storage, dimensions });
    await opened?.store.remove(signal);
    await deleteVectorStore(context.database, scope, { knowledgeBaseId, store });
  }
}
