import type { KnowledgeBaseRetrievalConfiguration, TextInferenceConfig } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Scope } from '../../core/scope.ts';
import type { Citation, GenerateRequest, ResolvedModel } from '../../models/contract.ts';
import type { MetadataFilter } from '../../segments/index.ts';
import type { Received } from '../../wire/operation.ts';
import { createMarkerReader } from './answering/citation-markers.ts';
import { type AnswerCitation, joinCitations } from './answering/citations.ts';
import { type StandaloneQuestion, standaloneQuestion } from './answering/follow-up.ts';
import { type PromptTemplate, promptTemplate, standalonePrompt } from './answering/prompt-template.ts';
import { addTurn, openSession, type Session } from './answering/sessions.ts';
import { now } from './context.ts';
import { refuse } from './refusal.ts';
import type { Passage } from './retrieval/passage.ts';
import { type RetrieveContext, retrieve } from './retrieve.ts';

export interface AnswerRequest {
  readonly knowledgeBaseId: string;
  readonly modelId: string;
  readonly question: string;
  readonly principalId: string;
  readonly sessionId?: string | undefined;
  /** The ARN of the key that a new session is bound to. */
  readonly kmsKey: string | undefined;
  readonly retrieval?: Received<KnowledgeBaseRetrievalConfiguration> | undefined;
  /** What of the knowledge base exists for the caller: `call.visible`. */
  readonly visible?: MetadataFilter | undefined;
  readonly template?: string | undefined;
  readonly inference?: Received<TextInferenceConfig> | undefined;
}

/** An answer as it comes: text first, then what it was taken from. */
export type AnswerEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: AnswerCitation };

export interface Answer {
  readonly sessionId: string;
  readonly model: ResolvedModel;
  /** The conversation remembers the turn once these have been read to the end. */
  readonly events: AsyncIterable<AnswerEvent>;
}

const MAX_TOKENS = 2_048;
const MAX_QUERY_TOKENS = 200;

/**
 * Answers a question from a knowledge base: the question is made to stand by itself, passages are retrieved, a model answers
 * from them, and every part of the answer that was taken from a passage is cited.
 *
 * @throws LoamError as `retrieve` does, `parameter-invalid` for a session of somebody else, and what the model says.
 */
export async function answer(
  context: RetrieveContext,
  scope: Scope,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const template = promptTemplate(request.template);
  const model = context.models.resolve(request.modelId);
  if (model.kind !== 'generation') refuse('modelArn', `names a ${model.kind} model`, 'a model that generates text');
  const inference = readInference(request.inference);
  const { knowledgeBaseId, principalId } = request;
  // A knowledge base that cannot be asked begins no conversation: it is looked for first.
  const first =
    request.sessionId === undefined ? await find(context, scope, request, request.question, signal) : undefined;
  const session = await openSession(context, scope, { knowledgeBaseId, principalId }, request);
  const asked = await standalone(context, scope, { request, model, session }, signal);
  const passages = first ?? (await find(context, scope, request, asked.search, signal));
  const generation = generationRequest({ request, template, asked, passages, inference, at: now(context), signal });
  const events = generate(context, scope, { request, model, session, template, asked, passages, generation });
  return { sessionId: session.id, model, events };
}

async function find(
  context: RetrieveContext,
  scope: Scope,
  { knowledgeBaseId, retrieval: configuration, visible }: AnswerRequest,
  text: string,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const { passages } = await retrieve(context, scope, { knowledgeBaseId, text, configuration, visible }, signal);
  return passages;
}

/** A model that writes is asked to put the question by itself; for one that picks sentences its words are filled up. */
async function standalone(
  { models }: RetrieveContext,
  scope: Scope,
  { request, model, session }: { request: AnswerRequest; model: ResolvedModel; session: Session },
  signal: AbortSignal,
): Promise<StandaloneQuestion> {
  const { question } = request;
  if (model.cites || session.turns.length === 0) return standaloneQuestion(question, session.turns);
  const text = standalonePrompt(question, session.turns);
  const messages = [{ role: 'user' as const, text }];
  const { text: lines } = await models.generate(scope, request.modelId, {
    messages,
    maxTokens: MAX_QUERY_TOKENS,
    temperature: 0,
    signal,
  });
  const [line = ''] = lines.trim().split('\n');
  const written = line.trim() === '' ? question : line.trim();
  return { question: written, search: written };
}

function readInference(inference: AnswerRequest['inference']): Omit<GenerateRequest, 'messages' | 'signal'> {
  const { maxTokens = MAX_TOKENS, temperature, topP, stopSequences } = inference ?? {};
  if (maxTokens < 1) refuse('textInferenceConfig.maxTokens', `is ${maxTokens}`, '1 to 65536');
  return {
    maxTokens,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stopSequences !== undefined && { stopSequences }),
  };
}

interface Prompt {
  readonly request: AnswerRequest;
  readonly template: PromptTemplate;
  readonly asked: StandaloneQuestion;
  readonly passages: readonly Passage[];
  readonly inference: Omit<GenerateRequest, 'messages' | 'signal'>;
  readonly at: Date;
  readonly signal: AbortSignal;
}

function generationRequest({ template, asked, passages, inference, at, signal }: Prompt): GenerateRequest {
  const searchResults = passages.map(({ text }) => text);
  const text = template.fill({ searchResults, query: asked.question, at });
  return {
    ...inference,
    messages: [{ role: 'user', text }],
    passages: passages.map((passage) => ({ id: passage.id, text: passage.text })),
    question: asked.question,
    signal,
  };
}

interface Generation {
  readonly request: AnswerRequest;
  readonly model: ResolvedModel;
  readonly session: Session;
  readonly template: PromptTemplate;
  readonly asked: StandaloneQuestion;
  readonly passages: readonly Passage[];
  readonly generation: GenerateRequest;
}

async function* generate(context: RetrieveContext, scope: Scope, of: Generation): AsyncGenerator<AnswerEvent> {
  const { request, model, session, template, asked, passages } = of;
  const markers = createMarkerReader();
  let text = '';
  let citations: readonly Citation[] = [];
  for await (const event of context.models.stream(scope, request.modelId, of.generation)) {
    if (event.type === 'finish') citations = event.citations ?? [];
    const shown = event.type !== 'text-delta' ? '' : model.cites ? event.text : markers.push(event.text);
    text += shown;
    if (shown !== '') yield { type: 'text', text: shown };
  }
  if (!model.cites) {
    const { rest, parts } = markers.finish();
    text += rest;
    if (rest !== '') yield { type: 'text', text: rest };
    const idOf = (number: number): string => passages[number - 1]?.id ?? '';
    citations = parts.map(({ start, end, numbers }) => ({ start, end, passageIds: numbers.map(idOf) }));
  }
  if (template.cites) {
    const byId = new Map(passages.map((passage) => [passage.id, passage]));
    for (const citation of joinCitations(text, citations, byId)) yield { type: 'citation', citation };
  }
  await addTurn(context, scope, session, { question: request.question, standalone: asked.search, answer: text });
}
