import type { Scope } from '../../../core/scope.ts';
import type { Citation, GenerateRequest } from '../../../models/contract.ts';
import { now } from '../context.ts';
import type { TableAnswer } from '../table-answers/try-table-answer.ts';
import { aboutPassages } from './about-passages.ts';
import { type AnswerMaking, type AnswerTexts, hashOf, recordAnswer } from './answer-records.ts';
import { type CheckedAnswer, checkAnswer } from './check-answer.ts';
import { createMarkerReader } from './citation-markers.ts';
import { type AnswerContext, type AnswerEvent, knowledgeBaseOf, type PreparedAnswer } from './contract.ts';
import { addTurn } from './sessions.ts';

/** What is answered where there is nothing to answer from, whichever model would have been asked. */
const NOTHING_FOUND = 'Sorry, I could not find an exact answer to the question in the search results.';

/** The answer of a model from the passages that were found, piece by piece; then it is checked, cited and put on record. */
export async function* generateAnswer(
  context: AnswerContext,
  scope: Scope,
  prepared: PreparedAnswer,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  if (prepared.table) {
    yield* tellTable(context, scope, prepared, prepared.table);
    return;
  }
  const written = { text: '', citations: [] as readonly Citation[] };
  for await (const piece of write(context, scope, prepared, signal)) {
    if (piece.type === 'citations') written.citations = piece.citations;
    else {
      written.text += piece.text;
      yield piece;
    }
  }
  const { settings, passages } = prepared;
  const checked = await checkAnswer(context.models, { ...written, passages }, signal);
  if (settings.template.cites) {
    for (const citation of checked.citations) yield { type: 'citation', citation };
  }
  await remember(context, scope, prepared, { text: written.text, checked });
  yield { type: 'checked', checked };
}

/** What was computed from a table is told as it is: the rows that bear it out were counted, not compared with its words. */
async function* tellTable(
  context: AnswerContext,
  scope: Scope,
  prepared: PreparedAnswer,
  { text, passage }: TableAnswer,
): AsyncGenerator<AnswerEvent> {
  const whole = { start: 0, end: text.length, text };
  const citation = { ...whole, passages: [passage], support: 1 };
  const sentence = { ...whole, cited: [passage.id], support: 1, supported: true };
  const checked: CheckedAnswer = { answered: true, sentences: [sentence], unsupported: 0, citations: [citation] };
  yield { type: 'text', text };
  if (prepared.settings.template.cites) yield { type: 'citation', citation };
  await remember(context, scope, prepared, { text, checked });
  yield { type: 'checked', checked };
}

/** The same without anybody who waits for pieces, and without remembering it. */
export async function composeAnswer(
  context: AnswerContext,
  scope: Scope,
  prepared: GeneratedFrom,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly checked: CheckedAnswer }> {
  let text = '';
  let citations: readonly Citation[] = [];
  for await (const piece of write(context, scope, prepared, signal)) {
    if (piece.type === 'citations') citations = piece.citations;
    else text += piece.text;
  }
  const { passages } = prepared;
  return { text, checked: await checkAnswer(context.models, { text, citations, passages }, signal) };
}

/** What an answer is generated from. */
type GeneratedFrom = Pick<
  PreparedAnswer,
  'request' | 'model' | 'settings' | 'asked' | 'passages' | 'background' | 'nonce'
>;

type Written =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citations'; readonly citations: readonly Citation[] };

async function* write(
  context: AnswerContext,
  scope: Scope,
  prepared: GeneratedFrom,
  signal: AbortSignal,
): AsyncGenerator<Written> {
  const { model, passages, request } = prepared;
  if (passages.length === 0) {
    yield { type: 'text', text: NOTHING_FOUND };
    return;
  }
  const events = context.models.stream(scope, request.modelId, generationRequest(context, prepared, signal));
  const markers = createMarkerReader();
  for await (const event of events) {
    if (event.type === 'finish' && model.cites) yield { type: 'citations', citations: event.citations ?? [] };
    const text = event.type !== 'text-delta' ? '' : model.cites ? event.text : markers.push(event.text);
    if (text !== '') yield { type: 'text', text };
  }
  if (model.cites) return;
  const { rest, parts } = markers.finish();
  if (rest !== '') yield { type: 'text', text: rest };
  // Numbers resolve to what was retrieved, and to nothing else.
  const idsOf = (numbers: readonly number[]): string[] => numbers.flatMap((number) => passages[number - 1]?.id ?? []);
  const citations = parts.map(({ start, end, numbers }) => ({ start, end, passageIds: idsOf(numbers) }));
  yield { type: 'citations', citations };
}

function generationRequest(
  context: AnswerContext,
  { settings, asked, passages, background, nonce }: GeneratedFrom,
  signal: AbortSignal,
): GenerateRequest {
  const searchResults = passages.map(({ text }) => text);
  const text = settings.template.fill({ searchResults, query: asked.question, at: now(context), nonce });
  const about = aboutPassages(asked.question, passages, background);
  return {
    ...settings.inference,
    messages: [{ role: 'user', text }],
    passages: passages.map(({ id, text: quotable }) => ({ id, text: quotable, about: about.get(id) ?? '' })),
    ...(background.length > 0 && { background: background.map(({ title = '', text: more }) => `${title}\n${more}`) }),
    question: asked.question,
    signal,
  };
}

async function remember(
  context: AnswerContext,
  scope: Scope,
  prepared: PreparedAnswer,
  { text, checked }: { text: string; checked: CheckedAnswer },
): Promise<void> {
  const { id, request, session, asked } = prepared;
  const [search = asked.question] = asked.queries;
  await addTurn(context, scope, session, { question: request.question, standalone: search, answer: text });
  const { source, principalId } = request;
  await recordAnswer(context, scope, session, {
    ...{ id, principalId, knowledgeBaseId: knowledgeBaseOf(source) },
    madeOf: makingOf(prepared),
    said: textsOf(prepared, text, checked),
  });
}

function makingOf({ model, request, settings, passages, index }: PreparedAnswer): AnswerMaking {
  return {
    model: model.label,
    modelId: request.modelId,
    templates: {
      generation: hashOf(settings.template.text),
      orchestration: hashOf(settings.orchestration.template.text),
    },
    index,
    passageIds: passages.map(({ id }) => id),
  };
}

function textsOf({ request, asked, nonce }: PreparedAnswer, text: string, checked: CheckedAnswer): AnswerTexts {
  const { source, configuration } = request;
  const retrieval = source.type === 'external' ? undefined : source.retrieval;
  return {
    ...{ question: request.question, standing: asked.question, queries: asked.queries, nonce },
    settings: { configuration, retrieval },
    ...{ answer: text, answered: checked.answered, sentences: checked.sentences },
  };
}
