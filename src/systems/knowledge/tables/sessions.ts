import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

export interface SessionRow {
  readonly id: string;
  readonly knowledgeBaseId: string;
  readonly principalId: string;
  /** The ARN of the key that its turns are bound to, and their data key, sealed. */
  readonly kmsKey: string | null;
  readonly sealedKey: Buffer | null;
}

/** One question of a conversation, the same one standing by itself, and what was answered. */
export interface Turn {
  readonly question: string;
  readonly standalone: string;
  readonly answer: string;
}

const OF_SESSION = 'account = :account and region = :region';

export async function insertSession(db: Statements, scope: Scope, row: SessionRow & { at: Date }): Promise<void> {
  await db.query(
    scope,
    `insert into knowledge_sessions
       (account, region, id, knowledge_base_id, principal_id, kms_key, sealed_key, created_at, updated_at)
     values (:account, :region, :id, :knowledgeBaseId, :principalId, :kmsKey, :sealedKey::bytea, :at, :at)`,
    { ...row },
  );
}

/** Finds a session of this principal and knowledge base; anybody else's is as absent as an invented one. */
export async function selectSession(
  db: Statements,
  scope: Scope,
  of: { id: string; knowledgeBaseId: string; principalId: string },
): Promise<(SessionRow & { readonly usedAt: Date }) | undefined> {
  const rows = await db.query<SessionRow & { readonly usedAt: Date }>(
    scope,
    `select id, knowledge_base_id as "knowledgeBaseId", principal_id as "principalId", kms_key as "kmsKey",
       sealed_key as "sealedKey", updated_at as "usedAt"
     from knowledge_sessions
     where ${OF_SESSION} and id = :id and knowledge_base_id = :knowledgeBaseId and principal_id = :principalId`,
    of,
  );
  return rows[0];
}

/** Notes that the session is used, and holds it until the transaction ends: its turns are added one after the other. */
export async function touchSession(db: Statements, scope: Scope, of: { id: string; at: Date }): Promise<void> {
  await db.query(scope, `update knowledge_sessions set updated_at = :at where ${OF_SESSION} and id = :id`, of);
}

/** A turn as it is kept: where it is encrypted its texts are empty. */
export interface TurnRow extends Turn {
  readonly sealed: Buffer | null;
}

/** The last turns, oldest first. */
export async function selectTurns(
  db: Statements,
  scope: Scope,
  of: { sessionId: string; limit: number },
): Promise<TurnRow[]> {
  return db.query<TurnRow>(
    scope,
    `select question, standalone, answer, sealed from (
       select * from knowledge_session_turns where ${OF_SESSION} and session_id = :sessionId
       order by turn desc limit :limit
     ) last order by turn`,
    of,
  );
}

/** Adds a turn at the end and forgets those before the last `keep`. */
export async function insertTurn(
  db: Statements,
  scope: Scope,
  turn: TurnRow & { sessionId: string; keep: number; at: Date },
): Promise<void> {
  const of = { ...turn };
  await db.query(
    scope,
    `insert into knowledge_session_turns (account, region, session_id, turn, question, standalone, answer, sealed, at)
     select :account, :region, :sessionId, coalesce(max(turn), 0) + 1, :question::text, :standalone::text, :answer::text,
       :sealed::bytea, :at::timestamptz
     from knowledge_session_turns where ${OF_SESSION} and session_id = :sessionId`,
    of,
  );
  await db.query(
    scope,
    `delete from knowledge_session_turns where ${OF_SESSION} and session_id = :sessionId and turn <= (
       select max(turn) - :keep::integer from knowledge_session_turns
       where ${OF_SESSION} and session_id = :sessionId)`,
    of,
  );
}

export async function deleteSessions(db: Statements, scope: Scope, knowledgeBaseId: string): Promise<void> {
  await db.query(
    scope,
    `delete from knowledge_session_turns t using knowledge_sessions s
     where s.account = :account and s.region = :region and s.knowledge_base_id = :knowledgeBaseId
       and t.account = s.account and t.region = s.region and t.session_id = s.id`,
    { knowledgeBaseId },
  );
  await db.query(scope, `delete from knowledge_sessions where ${OF_SESSION} and knowledge_base_id = :knowledgeBaseId`, {
    knowledgeBaseId,
  });
}
