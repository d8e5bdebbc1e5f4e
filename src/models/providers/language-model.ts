import type {
  LanguageModelV3,
  LanguageModelV3FinishReason,
  LanguageModelV3Prompt,
  LanguageModelV3StreamPart,
} from '@ai-sdk/provider';
import type { GenerateEvent, GenerateRequest, GenerationProvider, StopReason } from '../contract.ts';
import type { ProviderContext } from './contract.ts';
import { readFailure } from './read-failure.ts';

/**
 * A generation provider over a language model of the AI SDK: the one place that knows its stream. Its own retries are not used:
 * they are in the public functions, as the limits and the stop sequences are (protocols do not tell which one ended an answer).
 *
 * @param connect opens the model over a `fetch`, on first use, so that its package is loaded only when it is called
 */
export function languageModelProvider(
  context: ProviderContext,
  model: string,
  connect: (context: ProviderContext) => Promise<LanguageModelV3>,
): GenerationProvider {
  return {
    kind: 'generation',
    provider: context.name,
    model,
    cites: false,
    takesFields: true,
    doGenerate: (request) => {
      const fetch = withFields(context.fetch, request.additionalFields);
      return generate(`${context.name}/${model}`, () => connect({ ...context, fetch }), request);
    },
  };
}

/** Puts a caller's own fields into the body of each call; those that make up the call itself stay what they are. */
function withFields(fetch: ProviderContext['fetch'], fields: GenerateRequest['additionalFields']): typeof fetch {
  if (!fields) return fetch;
  return (input, init) => {
    if (typeof init?.body !== 'string') return fetch(input, init);
    const body = JSON.stringify({ ...fields, ...(JSON.parse(init.body) as object) });
    return fetch(input, { ...init, body });
  };
}

async function* generate(
  label: string,
  connect: () => Promise<LanguageModelV3>,
  request: GenerateRequest,
): AsyncGenerator<GenerateEvent> {
  // A consumer that stops reading ends the request to the provider, too.
  const ended = new AbortController();
  const abortSignal = AbortSignal.any([request.signal, ended.signal]);
  try {
    const { stream } = await (await connect()).doStream({
      prompt: promptOf(request),
      maxOutputTokens: request.maxTokens,
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.topP !== undefined && { topP: request.topP }),
      ...(request.topK !== undefined && { topK: request.topK }),
      abortSignal,
    });
    for await (const part of stream) {
      const event = eventOf(part);
      if (event) yield event;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw readFailure(error, label);
  } finally {
    ended.abort();
  }
}

function eventOf(part: LanguageModelV3StreamPart): GenerateEvent | undefined {
  if (part.type === 'error') throw part.error;
  if (part.type === 'text-delta') return { type: 'text-delta', text: part.delta };
  if (part.type !== 'finish') return undefined;
  const { inputTokens, outputTokens } = part.usage;
  return {
    type: 'finish',
    stopReason: stopReasonOf(part.finishReason),
    usage: { inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 },
  };
}

function stopReasonOf({ unified }: LanguageModelV3FinishReason): StopReason {
  return unified === 'length' ? 'max-tokens' : 'end';
}

function promptOf({ system, messages }: GenerateRequest): LanguageModelV3Prompt {
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
    ...messages.map(({ role, text }) => ({ role, content: [{ type: 'text' as const, text }] })),
  ];
}
