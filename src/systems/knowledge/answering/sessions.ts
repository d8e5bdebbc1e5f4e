import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { checkKey, newDataKey, openDataKey } from '../bound-keys.ts';
import { type KnowledgeContext, now } from '../context.ts';
import { refuse } from '../refusal.ts';
import { insertSession, insertTurn, selectSession, selectTurns, type Turn, touchSession } from '../tables/sessions.ts';
import { aboutSession, openTurn, sealTurn } from './sealed-turns.ts';

/** A conversation with a knowledge base; it belongs to the principal that began it. */
export interface Session {
  readonly id: string;
  /** The last turns, oldest first. */
  readonly turns: readonly Turn[];
  /** What its turns are encrypted under, where it is bound to a key. */
  readonly dataKey?: Uint8Array | undefined;
}

const TURNS_READ = 5;
const TURNS_KEPT = 50;

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;

/** How long after its last turn a conversation can be gone on with. */
export function sessionHours({ sessionHours: hours = DEFAULT_HOURS }: Pick<KnowledgeContext, 'sessionHours'>): number {
  return hours;
}

const KEY = 'sessionConfiguration.kmsKeyArn';

export interface SessionOwner {
  readonly knowledgeBaseId: string;
  readonly principalId: string;
}

/**
 * Goes on with a conversation, or begins one when no id is given.
 *
 * @throws LoamError `parameter-invalid` for an id that is invented, or of another principal or knowledge base: which of them
 * is not told; for another key than the session's. `kms-key-destroyed`, `kms-key-disabled` …
 */
export async function openSession(
  context: KnowledgeContext,
  scope: Scope,
  owner: SessionOwner,
  { sessionId: id, kmsKey }: { sessionId?: string | undefined; kmsKey?: string | undefined },
): Promise<Session> {
  const { database } = context;
  if (id === undefined) return beginSession(context, scope, owner, kmsKey);
  const session = await selectSession(database, scope, { id, ...owner });
  if (!session) {
    throw new LoamError('parameter-invalid', {
      parameter: 'sessionId',
      problem: 'is not a session of this caller with this knowledge base',
      allowed: 'the sessionId of an earlier answer, or none to begin a conversation',
    });
  }
  const hours = sessionHours(context);
  if (session.usedAt.getTime() + hours * HOUR_MS < context.clock.now()) {
    refuse(
      'sessionId',
      `is of a conversation that ended after ${hours} hours without a question`,
      'none, to begin another',
    );
  }
  if (kmsKey !== undefined && kmsKey !== session.kmsKey)
    refuse(KEY, 'is not the key of the session', 'the same, or none');
  const { sealedKey } = session;
  const dataKey = sealedKey ? await openDataKey(context, scope, sealedKey, aboutSession(scope, id)) : undefined;
  const rows = await selectTurns(database, scope, { sessionId: id, limit: TURNS_READ });
  return { id, turns: rows.map((row) => openTurn(row, dataKey)), dataKey };
}

async function beginSession(
  context: KnowledgeContext,
  scope: Scope,
  owner: SessionOwner,
  kmsKey: string | undefined,
): Promise<Session> {
  const id = context.ids.uuid();
  if (kmsKey !== undefined) await checkKey(context, scope, KEY, kmsKey);
  const key = kmsKey === undefined ? undefined : await newDataKey(context, scope, kmsKey, aboutSession(scope, id));
  const sealedKey = key ? Buffer.from(key.sealed) : null;
  await insertSession(context.database, scope, { id, ...owner, kmsKey: kmsKey ?? null, sealedKey, at: now(context) });
  return { id, turns: [], dataKey: key?.plaintext };
}

export async function addTurn(context: KnowledgeContext, scope: Scope, session: Session, turn: Turn): Promise<void> {
  const at = now(context);
  await context.database.transaction(async (transaction) => {
    await touchSession(transaction, scope, { id: session.id, at });
    await insertTurn(transaction, scope, {
      ...sealTurn(turn, session.dataKey),
      sessionId: session.id,
      keep: TURNS_KEPT,
      at,
    });
  });
}
