import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { MetadataFilter } from '../../segments/index.ts';
import type { AnswerMaking, AnswerTexts } from './answering/answer-records.ts';
import { findAnswer } from './answering/answer-records.ts';
import type { AnswerContext } from './answering/contract.ts';
import { type Replay, replayAnswer } from './answering/replay.ts';
import { sessionHours } from './answering/sessions.ts';
import { deleteIdleSessions, deleteOldAnswers } from './tables/expired-answers.ts';

/** What was answered, to be checked and asked for again. Everybody finds his own answers, root all of the account. */
export interface Answers {
  /**
   * Where an answer came from: a knowledge base's id, or `EXTERNAL_SOURCES`.
   *
   * @throws LoamError `resource-not-found` for one that is not on record, or of somebody else
   */
  sourceOf(scope: Scope, answerId: string, reader: AnswerReader): Promise<string>;
  /** @throws LoamError `resource-not-found` */
  get(scope: Scope, answerId: string, reader: AnswerReader): Promise<AnswerDescription>;
  /** Answers the question once more and says what is not as it was. @throws LoamError as `replayAnswer` does */
  replay(scope: Scope, answerId: string, reader: AnswerReader, signal: AbortSignal): Promise<Replay>;
  /** Forgets conversations that are over and answers that are too old. To be called now and then. */
  forgetOld(): Promise<void>;
}

export interface AnswerReader {
  readonly principalId: string;
  /** Root of the account. */
  readonly readsAll: boolean;
  /** What of the knowledge base exists for the reader. */
  readonly visible: MetadataFilter | undefined;
}

/** An answer as it is told: each sentence with what bears it out, and what the answer was made of. */
export interface AnswerDescription
  extends Pick<AnswerTexts, 'question' | 'queries' | 'answer' | 'answered' | 'sentences'> {
  readonly answerId: string;
  readonly sessionId: string;
  readonly knowledgeBaseId: string;
  readonly at: string;
  readonly unsupported: number;
  readonly madeOf: AnswerMaking;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DEFAULT_DAYS = 7;

export function createAnswers(context: AnswerContext): Answers {
  const find = async (scope: Scope, answerId: string, reader: AnswerReader) => {
    const record = await findAnswer(context, scope, answerId, mayRead(reader));
    if (!record) throw new LoamError('resource-not-found', { type: 'answer', id: answerId });
    return record;
  };
  return {
    sourceOf: async (scope, answerId, reader) => (await find(scope, answerId, reader)).knowledgeBaseId,
    async get(scope, answerId, reader) {
      const { said, madeOf, sessionId, knowledgeBaseId, at } = await find(scope, answerId, reader);
      const { question, queries, answer, answered, sentences } = said;
      const unsupported = answered ? sentences.filter(({ supported }) => !supported).length : 0;
      const told = { question, queries, answer, answered, sentences, unsupported };
      return { answerId, sessionId, knowledgeBaseId, at: at.toISOString(), ...told, madeOf };
    },
    replay: (scope, answerId, reader, signal) => {
      const request = { answerId, mayRead: mayRead(reader), visible: reader.visible };
      return replayAnswer(context, scope, request, signal);
    },
    async forgetOld() {
      const { database, clock, answerDays = DEFAULT_DAYS } = context;
      await deleteIdleSessions(database, new Date(clock.now() - sessionHours(context) * HOUR_MS));
      await deleteOldAnswers(database, new Date(clock.now() - answerDays * DAY_MS));
    },
  };
}

function mayRead({ principalId, readsAll }: AnswerReader): (owner: string) => boolean {
  return (owner) => readsAll || owner === principalId;
}
