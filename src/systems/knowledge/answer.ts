import type { Scope } from '../../core/scope.ts';
import { readAnswerSettings } from './answering/answer-settings.ts';
import {
  type Answer,
  type AnswerContext,
  type AnswerRequest,
  knowledgeBaseOf,
  type PreparedAnswer,
} from './answering/contract.ts';
import { findPassages } from './answering/find-passages.ts';
import { generateAnswer } from './answering/generate-answer.ts';
import { orchestrate } from './answering/orchestrate.ts';
import { openSession } from './answering/sessions.ts';
import { now } from './context.ts';
import { readSearchConfiguration } from './retrieval/search-configuration.ts';
import { type TableAnswer, tryTableAnswer } from './table-answers/try-table-answer.ts';

export type { Answer, AnswerContext, AnswerEvent, AnswerRequest, AnswerSource } from './answering/contract.ts';

const NONCE_BYTES = 6;

/**
 * Answers a question: it is made to stand by itself, passages are found, a model answers from them, every part of the answer
 * that was taken from a passage is cited, and every sentence is held against what it cites.
 *
 * @throws LoamError as `retrieve` does, `parameter-invalid` for settings that cannot be and for a session of somebody else, and
 * what the model says.
 */
export async function answer(
  context: AnswerContext,
  scope: Scope,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const prepared = await prepare(context, scope, request, signal);
  const { id, model, session } = prepared;
  return { id, sessionId: session.id, model, events: generateAnswer(context, scope, prepared, signal) };
}

async function prepare(
  context: AnswerContext,
  scope: Scope,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<PreparedAnswer> {
  const { source, modelId, question, principalId, sessionId } = request;
  const model = context.models.resolve(modelId);
  const settings = readAnswerSettings(request.configuration ?? {}, model);
  const owner = { knowledgeBaseId: knowledgeBaseOf(source), principalId };
  // What cannot be asked begins no conversation: passages are found first.
  const ongoing = sessionId === undefined ? undefined : await openSession(context, scope, owner, request);
  const turns = ongoing?.turns ?? [];
  const asking = { question, turns, model, modelId, orchestration: settings.orchestration, at: now(context) };
  const asked = await orchestrate(context.models, scope, asking, signal);
  const finding = { source, queries: asked.queries, withBackground: model.cites === true };
  const isOne = asked.queries.length === 1;
  const alone = { ...request, question: asked.question };
  const table = isOne ? await fromTables(context, scope, alone, signal) : undefined;
  const found = table
    ? { passages: [table.passage], background: [], table }
    : await findPassages(context, scope, finding, signal);
  const session = ongoing ?? (await openSession(context, scope, owner, request));
  const nonce = context.ids.bytes(NONCE_BYTES).toString('hex');
  return { id: context.ids.uuid(), request, model, settings, session, asked, ...found, nonce };
}

/** A request with a prompt of its own wants the passages in it, and a question with several parts more than one number. */
function fromTables(
  context: AnswerContext,
  scope: Scope,
  { source, question, configuration }: AnswerRequest,
  signal: AbortSignal,
): Promise<TableAnswer | undefined> {
  const isOwn = configuration?.generation?.promptTemplate !== undefined;
  if (source.type === 'external' || source.recorded !== undefined || isOwn) return Promise.resolve(undefined);
  const { knowledgeBaseId, retrieval, visible } = source;
  const search = readSearchConfiguration(retrieval);
  // An implicit filter is made for passages, by a model, and would be left out here.
  if (search.implicitFilter) return Promise.resolve(undefined);
  return tryTableAnswer(context, scope, { knowledgeBaseId, question, filter: search.filter, visible }, signal);
}
