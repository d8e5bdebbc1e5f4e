import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { MetadataFilter } from '../../../segments/index.ts';
import { type AnswerRecord, findAnswer, hashOf } from './answer-records.ts';
import { type AnswerConfiguration, readAnswerSettings } from './answer-settings.ts';
import type { CheckedSentence } from './check-answer.ts';
import { type AnswerContext, type AnswerSource, EXTERNAL_SOURCES, type PreparedAnswer } from './contract.ts';
import { findPassages } from './find-passages.ts';
import { composeAnswer } from './generate-answer.ts';

/** One thing that is not as it was when the question was answered. */
export interface AnswerChange {
  readonly what:
    | 'index'
    | 'embedder'
    | 'model'
    | 'generation template'
    | 'orchestration template'
    | 'passages'
    | 'text';
  readonly was: string;
  readonly is: string;
}

export interface Replay {
  readonly answerId: string;
  /** Whether the same answer came from the same passages. */
  readonly reproduced: boolean;
  readonly changes: readonly AnswerChange[];
  readonly was: string;
  /** What is answered now; absent where it could not be asked again. */
  readonly is?: string;
  readonly sentences?: readonly CheckedSentence[];
}

export interface ReplayRequest {
  readonly answerId: string;
  readonly mayRead: (principalId: string) => boolean;
  readonly visible: MetadataFilter | undefined;
}

/**
 * Answers a recorded question once more: the same queries of the same state of the index, the same model at temperature 0, the
 * same templates; and tells whatever is not as it was. Nothing of it is kept.
 *
 * @throws LoamError `resource-not-found` for an answer that is not on record (any more), or somebody else's; `parameter-invalid`
 * for one from a document that a question brought along, of which nothing is kept
 */
export async function replayAnswer(
  context: AnswerContext,
  scope: Scope,
  { answerId, mayRead, visible }: ReplayRequest,
  signal: AbortSignal,
): Promise<Replay> {
  const record = await findAnswer(context, scope, answerId, mayRead);
  if (!record) throw new LoamError('resource-not-found', { type: 'answer', id: answerId });
  if (record.knowledgeBaseId === EXTERNAL_SOURCES) {
    throw new LoamError('parameter-invalid', {
      ...{ parameter: 'answerId', problem: 'is of a document that the question brought along, which is not kept' },
      allowed: 'an answer from a knowledge base',
    });
  }
  const prepared = prepare(context, record);
  const source = sourceOf(record, visible);
  const finding = { source, queries: record.said.queries, withBackground: prepared.model.cites === true };
  const found = await findPassages(context, scope, finding, signal).catch((error: unknown) => {
    if (!isLoamError(error, 'index-state-gone') && !isLoamError(error, 'resource-not-found')) throw error;
    return { gone: error.message };
  });
  const was = record.said.answer;
  if ('gone' in found) {
    const index: AnswerChange = { what: 'index', was: indexText(record), is: found.gone };
    return { answerId, reproduced: false, changes: [index, ...prepared.changes], was };
  }
  const { text, checked } = await composeAnswer(context, scope, { ...prepared, ...found }, signal);
  const changes = [...prepared.changes, ...changesOf(record, { text, ...found })];
  return { answerId, reproduced: changes.length === 0, changes, was, is: text, sentences: checked.sentences };
}

type Prepared = Pick<PreparedAnswer, 'request' | 'model' | 'settings' | 'asked' | 'nonce'> & {
  readonly changes: readonly AnswerChange[];
};

function prepare({ models }: AnswerContext, { madeOf, said, principalId, knowledgeBaseId }: AnswerRecord): Prepared {
  const { configuration } = said.settings as { configuration?: AnswerConfiguration };
  const model = models.resolve(madeOf.modelId);
  const settings = readAnswerSettings(configuration ?? {}, model);
  const exact = { ...settings, inference: { ...settings.inference, temperature: 0 } };
  const source = { type: 'knowledge-base' as const, knowledgeBaseId };
  const templates = {
    generation: hashOf(settings.template.text),
    orchestration: hashOf(settings.orchestration.template.text),
  };
  return {
    ...{ model, settings: exact, nonce: said.nonce },
    request: { source, modelId: madeOf.modelId, question: said.question, principalId, configuration },
    asked: { question: said.standing, queries: said.queries },
    changes: [
      ...changeOf('model', madeOf.model, model.label),
      ...changeOf('generation template', madeOf.templates.generation, templates.generation),
      ...changeOf('orchestration template', madeOf.templates.orchestration, templates.orchestration),
    ],
  };
}

function sourceOf({ knowledgeBaseId, madeOf, said }: AnswerRecord, visible: MetadataFilter | undefined): AnswerSource {
  const { retrieval } = said.settings as Pick<Extract<AnswerSource, { type: 'knowledge-base' }>, 'retrieval'>;
  return { type: 'knowledge-base', knowledgeBaseId, retrieval, visible, recorded: madeOf.index };
}

function changesOf(
  { madeOf, said }: AnswerRecord,
  now: Pick<PreparedAnswer, 'passages' | 'index'> & { readonly text: string },
): AnswerChange[] {
  return [
    ...changeOf('embedder', madeOf.index?.embedder ?? '', now.index?.embedder ?? ''),
    ...changeOf('index', String(madeOf.index?.content ?? ''), String(now.index?.content ?? '')),
    ...changeOf('passages', madeOf.passageIds.join(' '), now.passages.map(({ id }) => id).join(' ')),
    ...changeOf('text', said.answer, now.text),
  ];
}

function changeOf(what: AnswerChange['what'], was: string, is: string): AnswerChange[] {
  return was === is ? [] : [{ what, was, is }];
}

function indexText({ madeOf }: AnswerRecord): string {
  return madeOf.index ? `content ${madeOf.index.content} of version ${madeOf.index.version}` : 'none';
}
