import { abortable } from '../core/abortable.ts';
import { withAttempts } from './attempts.ts';
import type {
  GenerateEvent,
  GenerateFinish,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  ResolvedModel,
} from './contract.ts';
import type { ModelsContext, OpenModel } from './create-models.ts';
import { endAtStopSequence } from './stop-sequences.ts';
import { startWatch } from './timeouts.ts';

/** A whole answer. */
export async function generate(
  context: ModelsContext,
  modelId: string,
  request: GenerateOptions,
): Promise<GenerateResult & { model: ResolvedModel }> {
  const { resolved } = context.open(modelId, 'generation');
  let text = '';
  for await (const event of stream(context, modelId, request)) {
    if (event.type === 'text-delta') text += event.text;
    else {
      const { type: _, ...finish } = event;
      return { text, ...finish, model: resolved };
    }
  }
  throw new Error(`The model ${resolved.label} ended without a finish event.`);
}

/** An answer, event by event. It is tried again only while nothing has come yet. */
export async function* stream(
  context: ModelsContext,
  modelId: string,
  request: GenerateOptions,
): AsyncGenerator<GenerateEvent> {
  const model = context.open(modelId, 'generation');
  const release = await model.slots.take(request.signal);
  try {
    const events = endless(await withAttempts(() => begin(model, request), { ...context, signal: request.signal }));
    const stops = request.stopSequences ?? [];
    yield* counted(
      stops.length === 0 ? events : endAtStopSequence(events, stops, stopped(context, request)),
      context,
      request,
    );
  } finally {
    release();
  }
}

interface Begun {
  readonly first: IteratorResult<GenerateEvent>;
  readonly rest: AsyncIterator<GenerateEvent>;
}

/** Starts one attempt and waits for its first event, which decides whether another one may follow. */
async function begin(model: OpenModel<'generation'>, request: GenerateRequest): Promise<Begun> {
  const rest = watched(model, request)[Symbol.asyncIterator]();
  return { first: await rest.next(), rest };
}

async function* watched(
  { provider, resolved, timeoutMs }: OpenModel<'generation'>,
  request: GenerateRequest,
): AsyncGenerator<GenerateEvent> {
  const watch = startWatch({ label: resolved.label, timeoutMs, signal: request.signal });
  try {
    const events = provider.doGenerate({ ...request, signal: watch.signal });
    for await (const event of abortable(events, watch.signal)) {
      watch.heard();
      yield event;
    }
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.end();
  }
}

async function* endless({ first, rest }: Begun): AsyncGenerator<GenerateEvent> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function stopped({ countTokens }: ModelsContext, request: GenerateRequest) {
  return (text: string, stopSequence: string): GenerateFinish => ({
    type: 'finish',
    stopReason: 'stop-sequence',
    stopSequence,
    usage: { inputTokens: inputTokensOf(request, countTokens), outputTokens: countTokens(text) },
  });
}

/** Fills in the token counts that a provider does not give. */
async function* counted(
  events: AsyncIterable<GenerateEvent>,
  { countTokens }: ModelsContext,
  request: GenerateRequest,
): AsyncGenerator<GenerateEvent> {
  let text = '';
  for await (const event of events) {
    if (event.type === 'text-delta') text += event.text;
    yield event.type === 'text-delta'
      ? event
      : {
          ...event,
          usage: {
            inputTokens: event.usage.inputTokens || inputTokensOf(request, countTokens),
            outputTokens: event.usage.outputTokens || countTokens(text),
          },
        };
  }
}

function inputTokensOf({ system = '', messages }: GenerateRequest, countTokens: (text: string) => number): number {
  return messages.reduce((sum, message) => sum + countTokens(message.text), countTokens(system));
}
