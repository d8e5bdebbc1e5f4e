import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { getUsableKnowledgeBase } from '../knowledge-bases.ts';
import {
  deleteEvaluation as deleteEvaluationRow,
  type EvaluationRow,
  selectEvaluation,
  selectEvaluationRuns,
  selectEvaluations,
  upsertEvaluation,
} from '../tables/evaluations.ts';
import type { Evaluation, EvaluationRun } from './contract.ts';

const MOST_EVALUATIONS = 100;

/**
 * Saves an evaluation of a knowledge base; one of the same name is replaced.
 *
 * @throws LoamError `resource-not-found`, `quota-exceeded` beyond 100 evaluations
 */
export async function saveEvaluation(context: KnowledgeContext, scope: Scope, evaluation: Evaluation): Promise<void> {
  const { knowledgeBaseId, name } = evaluation;
  await getUsableKnowledgeBase(context, scope, knowledgeBaseId);
  const others = await listEvaluations(context, scope, knowledgeBaseId);
  if (others.length >= MOST_EVALUATIONS && !others.some((other) => other.name === name)) {
    throw new LoamError('quota-exceeded', { quota: 'evaluations of a knowledge base', limit: MOST_EVALUATIONS });
  }
  await upsertEvaluation(context.database, scope, { ...evaluation, at: now(context) });
}

/** @throws LoamError `resource-not-found` */
export async function getEvaluation(
  context: Pick<KnowledgeContext, 'database'>,
  scope: Scope,
  of: { knowledgeBaseId: string; name: string },
): Promise<EvaluationRow> {
  const row = await selectEvaluation(context.database, scope, of);
  if (!row) throw new LoamError('resource-not-found', { type: 'evaluation', id: of.name });
  return row;
}

export function listEvaluations(
  context: KnowledgeContext,
  scope: Scope,
  knowledgeBaseId: string,
): ReturnType<typeof selectEvaluations> {
  return selectEvaluations(context.database, scope, { knowledgeBaseId, limit: MOST_EVALUATIONS });
}

/** @throws LoamError `resource-not-found` */
export async function deleteEvaluation(
  context: KnowledgeContext,
  scope: Scope,
  of: { knowledgeBaseId: string; name: string },
): Promise<void> {
  const wasThere = await deleteEvaluationRow(context.database, scope, of);
  if (!wasThere) throw new LoamError('resource-not-found', { type: 'evaluation', id: of.name });
}

/** What the last runs have measured, newest first. */
export async function listEvaluationRuns(
  context: KnowledgeContext,
  scope: Scope,
  of: { knowledgeBaseId: string; name: string; limit: number },
): Promise<EvaluationRun[]> {
  const rows = await selectEvaluationRuns(context.database, scope, of);
  return rows.map(({ summary, questions, answers: _, ...run }) => ({ ...run, ...summary, results: questions }));
}
