/** Saved questions with the documents that answer them, and what an index makes of them. */
import type { Scope } from '../../../core/scope.ts';
import type { JobStatus } from '../../../storage/jobs/contract.ts';
import type { AnswerContext } from '../answer.ts';
import type { EvaluationRow, selectEvaluations } from '../tables/evaluations.ts';
import type { Evaluation, EvaluationRun } from './contract.ts';
import { deleteEvaluation, getEvaluation, listEvaluationRuns, listEvaluations, saveEvaluation } from './evaluations.ts';
import { type EvaluationToRun, evaluationStatus, startEvaluation } from './run.ts';

type Named = Readonly<{ knowledgeBaseId: string; name: string }>;

/** @throws LoamError `resource-not-found`, `quota-exceeded` */
export interface Evaluations {
  save(scope: Scope, evaluation: Evaluation): Promise<void>;
  get(scope: Scope, of: Named): Promise<EvaluationRow>;
  list(scope: Scope, knowledgeBaseId: string): ReturnType<typeof selectEvaluations>;
  delete(scope: Scope, of: Named): Promise<void>;
  /** @returns the id of the run */
  start(scope: Scope, of: EvaluationToRun): Promise<string>;
  status(scope: Scope, id: string): Promise<JobStatus | undefined>;
  /** Newest first. */
  runs(scope: Scope, of: Named & { limit: number }): Promise<EvaluationRun[]>;
}

export function createEvaluations(context: AnswerContext): Evaluations {
  return {
    save: (scope, evaluation) => saveEvaluation(context, scope, evaluation),
    get: (scope, of) => getEvaluation(context, scope, of),
    list: (scope, knowledgeBaseId) => listEvaluations(context, scope, knowledgeBaseId),
    delete: (scope, of) => deleteEvaluation(context, scope, of),
    start: (scope, of) => startEvaluation(context, scope, of),
    status: (scope, id) => evaluationStatus(context, scope, id),
    runs: (scope, of) => listEvaluationRuns(context, scope, of),
  };
}
