import type { Scope } from '../../../core/scope.ts';
import type { EvaluationResult } from '../evaluations/contract.ts';
import { evaluate } from '../evaluations/evaluate.ts';
import { getEvaluation } from '../evaluations/evaluations.ts';
import { type BrokenQuestion, brokenQuestions, falls } from '../evaluations/measure.ts';
import { leaseSnapshot } from '../indexing/leases.ts';
import type { RetrieveContext } from '../retrieve.ts';
import type { IngestionJobRow, SyncGuard } from '../tables/ingestion-jobs.ts';
import { type NextIndex, nextIndex } from './finish.ts';

/** What a guard found. */
export interface Verdict {
  /** Of the index beside which what was built was judged. */
  readonly content: number;
  /** Why the index stays as it was; empty when what was built may take its place. */
  readonly reasons: readonly string[];
}

interface Judging {
  readonly modelId: string;
  readonly signal: AbortSignal;
}

const LEASE_MS = 600_000;
const MOST_QUESTIONS_TOLD = 50;
const MOST_QUESTION_CHARACTERS = 200;

/**
 * Asks the questions of a job's guard to the index as it is and as the job would leave it. What was built holds when neither
 * hit rate nor nDCG falls by more than the tolerance.
 *
 * @throws LoamError `resource-not-found` when the evaluation is gone
 */
export async function judge(
  context: RetrieveContext,
  scope: Scope,
  job: IngestionJobRow & { readonly guard: SyncGuard },
  { modelId, signal }: Judging,
): Promise<Verdict> {
  const { knowledgeBaseId, guard } = job;
  const evaluation = await getEvaluation(context, scope, { knowledgeBaseId, name: guard.evaluation });
  const next = await nextIndex(context.database, scope, job, 'none');
  if (!next.isChanged) return { content: next.content, reasons: [] };
  const asked = { knowledgeBaseId, version: next.version, content: next.content, modelId };
  const before = await evaluate(context, scope, { evaluation, index: asked }, signal);
  const after = await withSegments(context, scope, job, next, () => {
    const snapshot = { name: `sync ${job.workId} ${next.content}`, manifest: next.manifest };
    return evaluate(context, scope, { evaluation, index: { ...asked, snapshot } }, signal);
  });
  return { content: next.content, reasons: reasonsAgainst(guard, before, after) };
}

/** Keeps the segments of what was built, and of what it stands on, while they are asked. */
async function withSegments<Result>(
  context: RetrieveContext,
  scope: Scope,
  { knowledgeBaseId, workId }: IngestionJobRow,
  { version, content, manifest }: NextIndex,
  work: () => Promise<Result>,
): Promise<Result> {
  const of = { version, content, manifest, knowledgeBaseId, holder: workId, forMs: LEASE_MS };
  const lease = await leaseSnapshot(context, scope, of);
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

/** The figures, and each question that is worse off than it was; empty when the figures hold. */
export function reasonsAgainst(
  { evaluation, tolerance }: SyncGuard,
  before: Pick<EvaluationResult, 'hitRate' | 'ndcg' | 'results'>,
  after: Pick<EvaluationResult, 'hitRate' | 'ndcg' | 'results'>,
): string[] {
  const hasFallen = falls(before.hitRate, after.hitRate, tolerance) || falls(before.ndcg, after.ndcg, tolerance);
  if (!hasFallen) return [];
  const figures = `hit rate ${figure(before.hitRate)} → ${figure(after.hitRate)}, nDCG ${figure(before.ndcg)} → ${figure(after.ndcg)}`;
  const broken = brokenQuestions(before.results, after.results).map(describeFall);
  const told = broken.slice(0, MOST_QUESTIONS_TOLD);
  const more = broken.length - told.length;
  return [
    `The index stays as it was: with what this sync has built, the evaluation ${evaluation} falls (${figures}).`,
    ...told,
    ...(more > 0 ? [`And ${more} more questions.`] : []),
  ];
}

function describeFall({ question, rank, was }: BrokenQuestion): string {
  return `“${shorten(question)}”: ${place(was?.rank)} before, ${place(rank)} now.`;
}

function place(rank: number | null | undefined): string {
  return typeof rank === 'number' ? `found at rank ${rank}` : 'not found';
}

function figure(value: number): string {
  return value.toFixed(3);
}

function shorten(text: string): string {
  return text.length <= MOST_QUESTION_CHARACTERS ? text : `${text.slice(0, MOST_QUESTION_CHARACTERS - 1)}…`;
}
