import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import type { JobHandler, JobStatus, RunningJob } from '../../../storage/jobs/contract.ts';
import type { AnswerContext } from '../answer.ts';
import { JOB_KINDS, now } from '../context.ts';
import { insertEvaluationRun } from '../tables/evaluations.ts';
import { selectIndex } from '../tables/indexes.ts';
import { answerForEvaluation } from './answer-question.ts';
import { evaluate } from './evaluate.ts';
import { getEvaluation } from './evaluations.ts';

export interface EvaluationToRun {
  readonly knowledgeBaseId: string;
  readonly name: string;
  /** The model that answers the questions; absent: passages are retrieved and nothing is answered. */
  readonly answerModelId?: string | undefined;
  /** What of the knowledge base exists for whoever runs it. */
  readonly visible?: MetadataFilter | undefined;
}

const RUNS_KEPT = 50;
const ATTEMPTS = 3;

/**
 * Starts a run of a saved evaluation.
 *
 * @returns the id of the run, which is that of its job
 * @throws LoamError `resource-not-found`
 */
export async function startEvaluation(context: AnswerContext, scope: Scope, of: EvaluationToRun): Promise<string> {
  await getEvaluation(context, scope, of);
  const id = context.ids.uuid();
  await context.jobs.enqueue(scope, { id, kind: JOB_KINDS.evaluation, payload: of });
  return id;
}

export function evaluationStatus(context: AnswerContext, scope: Scope, id: string): Promise<JobStatus | undefined> {
  return context.jobs.status(scope, id);
}

export function evaluationHandler(context: AnswerContext): JobHandler<EvaluationToRun> {
  return { kind: JOB_KINDS.evaluation, attempts: ATTEMPTS, concurrency: 1, run: (work) => run(context, work) };
}

async function run(context: AnswerContext, work: RunningJob<EvaluationToRun>): Promise<void> {
  const { scope, payload, signal } = work;
  const { knowledgeBaseId, answerModelId, visible } = payload;
  const evaluation = await getEvaluation(context, scope, payload);
  const index = await selectIndex(context.database, scope, knowledgeBaseId);
  const { results, ...summary } = await evaluate(
    context,
    scope,
    {
      evaluation,
      visible,
      ...(answerModelId && { answer: answerForEvaluation(context, scope, { ...payload, answerModelId }) }),
      report: (done, total) => work.report({ done, total, unit: 'questions' }),
    },
    signal,
  );
  const row = { ...payload, id: work.id, version: index?.version ?? 0, content: index?.content ?? 0 };
  await context.database.transaction(async (transaction) => {
    await work.fence(transaction);
    const measured = { summary, questions: results, answers: answerModelId !== undefined };
    await insertEvaluationRun(transaction, scope, { ...row, ...measured, at: now(context), keep: RUNS_KEPT });
  });
}
