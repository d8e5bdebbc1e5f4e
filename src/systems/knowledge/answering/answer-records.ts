import { createHash } from 'node:crypto';
import type { Scope } from '../../../core/scope.ts';
import { openRecord, sealRecord } from '../../../storage/keys/sealed-records.ts';
import { openDataKey } from '../bound-keys.ts';
import { type KnowledgeContext, now } from '../context.ts';
import type { RecordedIndex } from '../retrieval/index-state.ts';
import { insertAnswer, selectAnswer } from '../tables/answers.ts';
import { selectSession } from '../tables/sessions.ts';
import type { CheckedSentence } from './check-answer.ts';
import { aboutSession } from './sealed-turns.ts';
import type { Session } from './sessions.ts';

/** What an answer was made of, by names and hashes: no text of a document or a question. */
export interface AnswerMaking {
  /** `provider/model` of the model that answered, and the id that it was asked for by. */
  readonly model: string;
  readonly modelId: string;
  /** SHA-256 of the templates. */
  readonly templates: { readonly generation: string; readonly orchestration: string };
  /** The index as it was; absent where none was asked. */
  readonly index?: RecordedIndex | undefined;
  readonly passageIds: readonly string[];
}

/** What was asked and what was answered. */
export interface AnswerTexts {
  readonly question: string;
  /** As it was understood, and what passages were looked for by. */
  readonly standing: string;
  readonly queries: readonly string[];
  /** The settings of the request, as they came. */
  readonly settings: unknown;
  /** What fenced the passages in the prompt. */
  readonly nonce: string;
  readonly answer: string;
  readonly answered: boolean;
  readonly sentences: readonly CheckedSentence[];
}

export interface AnswerRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly knowledgeBaseId: string;
  readonly principalId: string;
  readonly at: Date;
  readonly madeOf: AnswerMaking;
  readonly said: AnswerTexts;
}

/** Names a text without telling it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Keeps what was answered; the texts are sealed where the session is bound to a key. */
export async function recordAnswer(
  context: KnowledgeContext,
  scope: Scope,
  session: Session,
  record: Omit<AnswerRecord, 'at' | 'sessionId'>,
): Promise<void> {
  const { said, ...row } = record;
  const sealed = session.dataKey ? sealRecord(session.dataKey, said, row.id) : null;
  await insertAnswer(context.database, scope, {
    ...row,
    sessionId: session.id,
    said: sealed ? null : said,
    sealed,
    at: now(context),
  });
}

/**
 * What was answered, for the principal that asked.
 *
 * @returns undefined for an id that is invented, too old, or of somebody else: which of them is not told
 * @throws LoamError `kms-key-destroyed` … where it was sealed under a key that cannot be used
 */
export async function findAnswer(
  context: KnowledgeContext,
  scope: Scope,
  id: string,
  mayRead: (principalId: string) => boolean,
): Promise<AnswerRecord | undefined> {
  const row = await selectAnswer(context.database, scope, id);
  if (!row || !mayRead(row.principalId)) return undefined;
  const { sealed, said, madeOf, ...rest } = row;
  if (!sealed) return { ...rest, madeOf: madeOf as AnswerMaking, said: said as AnswerTexts };
  const { sessionId, knowledgeBaseId, principalId } = row;
  const session = await selectSession(context.database, scope, { id: sessionId, knowledgeBaseId, principalId });
  // The data key goes with its session.
  if (!session?.sealedKey) return undefined;
  const dataKey = await openDataKey(context, scope, session.sealedKey, aboutSession(scope, sessionId));
  return { ...rest, madeOf: madeOf as AnswerMaking, said: openRecord<AnswerTexts>(dataKey, sealed, id) };
}
