import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export interface AnswerRow {
  readonly id: string;
  readonly sessionId: string;
  readonly knowledgeBaseId: string;
  readonly principalId: string;
  /** Models, index, templates: JSON without any text of a document or a question. */
  readonly madeOf: unknown;
  /** Question, passages and answer as JSON; null where they are sealed. */
  readonly said: unknown;
  readonly sealed: Buffer | null;
  readonly at: Date;
}

export async function insertAnswer(db: Statements, scope: Scope, row: AnswerRow): Promise<void> {
  const { madeOf, said } = row;
  await db.query(
    scope,
    `insert into knowledge_answers
       (account, region, id, session_id, knowledge_base_id, principal_id, made_of, said, sealed, at)
     values (:account, :region, :id, :sessionId, :knowledgeBaseId, :principalId, :madeOf::text::jsonb,
       :said::text::jsonb, :sealed::bytea, :at)`,
    { ...row, madeOf: JSON.stringify(madeOf), said: said === null ? null : JSON.stringify(said) },
  );
}

export async function selectAnswer(db: Statements, scope: Scope, id: string): Promise<AnswerRow | undefined> {
  const rows = await db.query<AnswerRow>(
    scope,
    `select id, session_id as "sessionId", knowledge_base_id as "knowledgeBaseId", principal_id as "principalId",
       made_of as "madeOf", said, sealed, at
     from knowledge_answers where account = :account and region = :region and id = :id`,
    { id },
  );
  return rows[0];
}

export async function deleteAnswers(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_answers
     where account = :account and region = :region and knowledge_base_id = :knowledgeBaseId`,
    { knowledgeBaseId },
  );
}
