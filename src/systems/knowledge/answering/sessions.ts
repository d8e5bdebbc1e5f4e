import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { insertSession, insertTurn, selectSession, selectTurns, type Turn, touchSession } from '../tables/sessions.ts';

/** A conversation with a knowledge base; it belongs to the principal that began it. */
export interface Session {
  readonly id: string;
  /** The last turns, oldest first. */
  readonly turns: readonly Turn[];
}

const TURNS_READ = 5;
const TURNS_KEPT = 50;

export interface SessionOwner {
  readonly knowledgeBaseId: string;
  readonly principalId: string;
}

/**
 * Goes on with a conversation, or begins one when no id is given.
 *
 * @throws LoamError `parameter-invalid` for an id that is invented, or of another principal or knowledge base: which of them
 * is not told.
 */
export async function openSession(
  context: KnowledgeContext,
  scope: Scope,
  owner: SessionOwner,
  id: string | undefined,
): Promise<Session> {
  const { database, ids } = context;
  if (id === undefined) {
    const session = { id: ids.uuid(), ...owner };
    await insertSession(database, scope, { ...session, at: now(context) });
    return { id: session.id, turns: [] };
  }
  if (!(await selectSession(database, scope, { id, ...owner }))) {
    throw new LoamError('parameter-invalid', {
      parameter: 'sessionId',
      problem: 'is not a session of this caller with this knowledge base',
      allowed: 'the sessionId of an earlier answer, or none to begin a conversation',
    });
  }
  return { id, turns: await selectTurns(database, scope, { sessionId: id, limit: TURNS_READ }) };
}

export async function addTurn(context: KnowledgeContext, scope: Scope, session: Session, turn: Turn): Promise<void> {
  const at = now(context);
  await context.database.transaction(async (transaction) => {
    await touchSession(transaction, scope, { id: session.id, at });
    await insertTurn(transaction, scope, { ...turn, sessionId: session.id, keep: TURNS_KEPT, at });
  });
}
