import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import type { Evaluation, EvaluationSummary, QuestionResult } from '../evaluations/contract.ts';

export interface EvaluationRow extends Evaluation {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface EvaluationRunRow {
  readonly id: string;
  readonly version: number;
  readonly content: number;
  readonly answers: boolean;
  readonly summary: EvaluationSummary;
  readonly questions: readonly QuestionResult[];
  readonly at: Date;
}

type EvaluationName = Readonly<{ knowledgeBaseId: string; name: string }>;

const OF_BASE = 'account = :account and region = :region and knowledge_base_id = :knowledgeBaseId';
const COLUMNS = `knowledge_base_id as "knowledgeBaseId", name, results, search_type as "searchType", questions,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** Saves an evaluation; one of the same name is replaced, and the runs of it stay. */
export async function upsertEvaluation(
  db: Statements,
  scope: Scope,
  evaluation: Evaluation & { at: Date },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_evaluations
       (account, region, knowledge_base_id, name, results, search_type, questions, created_at, updated_at)
     values (:account, :region, :knowledgeBaseId, :name, :results, :searchType, :questions::jsonb, :at, :at)
     on conflict (account, region, knowledge_base_id, name) do update
     set results = excluded.results, search_type = excluded.search_type, questions = excluded.questions,
       updated_at = excluded.updated_at`,
    evaluation,
  );
}

export async function selectEvaluation(
  db: Statements,
  scope: Scope,
  of: EvaluationName,
): Promise<EvaluationRow | undefined> {
  const rows = await db.query<EvaluationRow>(
    scope,
    `select ${COLUMNS} from knowledge_evaluations where ${OF_BASE} and name = :name`,
    of,
  );
  return rows[0];
}

/** By name; without their questions, of which only the number is told. */
export async function selectEvaluations(
  db: Statements,
  scope: Scope,
  of: { knowledgeBaseId: string; limit: number },
): Promise<(Omit<EvaluationRow, 'questions'> & { readonly numberOfQuestions: number })[]> {
  return db.query(
    scope,
    `select knowledge_base_id as "knowledgeBaseId", name, results, search_type as "searchType",
       jsonb_array_length(questions) as "numberOfQuestions", created_at as "createdAt", updated_at as "updatedAt"
     from knowledge_evaluations where ${OF_BASE} order by name limit :limit`,
    of,
  );
}

/** @returns whether there was one */
export async function deleteEvaluation(db: Statements, scope: Scope, of: EvaluationName): Promise<boolean> {
  await db.query(scope, `delete from knowledge_evaluation_runs where ${OF_BASE} and name = :name`, of);
  const rows = await db.query(
    scope,
    `delete from knowledge_evaluations where ${OF_BASE} and name = :name returning name`,
    of,
  );
  return rows.length > 0;
}

export async function deleteEvaluationsOf(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<void> {
  await db.query(scope, `delete from knowledge_evaluation_runs where ${OF_BASE}`, { knowledgeBaseId });
  await db.query(scope, `delete from knowledge_evaluations where ${OF_BASE}`, { knowledgeBaseId });
}

/** Writes down a run, and lets go of all but the newest ones of its evaluation. */
export async function insertEvaluationRun(
  db: Statements,
  scope: Scope,
  run: EvaluationName & EvaluationRunRow & { keep: number },
): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_evaluation_runs
       (account, region, knowledge_base_id, name, id, version, content, answers, summary, questions, at)
     values (:account, :region, :knowledgeBaseId, :name, :id::uuid, :version, :content, :answers, :summary::jsonb,
       :questions::jsonb, :at) on conflict do nothing`,
    run,
  );
  await db.query(
    scope,
    `delete from knowledge_evaluation_runs where ${OF_BASE} and name = :name and id not in (
       select id from knowledge_evaluation_runs where ${OF_BASE} and name = :name order by at desc limit :keep)`,
    { knowledgeBaseId: run.knowledgeBaseId, name: run.name, keep: run.keep },
  );
}

/** Newest first. */
export async function selectEvaluationRuns(
  db: Statements,
  scope: Scope,
  of: EvaluationName & { limit: number },
): Promise<EvaluationRunRow[]> {
  return db.query<EvaluationRunRow>(
    scope,
    `select id, version, content, answers, summary, questions, at from knowledge_evaluation_runs
     where ${OF_BASE} and name = :name order by at desc limit :limit`,
    of,
  );
}
