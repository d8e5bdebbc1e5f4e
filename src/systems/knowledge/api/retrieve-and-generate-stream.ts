import type {
  RetrieveAndGenerateStreamCommand,
  RetrieveAndGenerateStreamResponseOutput,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import { type AnswerContext, type AnswerEvent, answer } from '../answer.ts';
import type { CheckedAnswer } from '../answering/check-answer.ts';
import { readAnswerRequest } from './answer-request.ts';
import { citationShape } from './passage-shapes.ts';

export function retrieveAndGenerateStreamOperation(context: AnswerContext): Handler<RetrieveAndGenerateStreamCommand> {
  return async (input, call) => {
    const request = readAnswerRequest(input, call);
    const { id, sessionId, model, events } = await answer(context, call.scope, request, call.signal);
    call.setHeader('x-loam-model', model.label);
    call.setHeader('x-loam-answer', id);
    return { sessionId, stream: shapes(events) };
  };
}

async function* shapes(events: AsyncIterable<AnswerEvent>): AsyncGenerator<RetrieveAndGenerateStreamResponseOutput> {
  for await (const event of events) {
    if (event.type === 'text') yield { output: { text: event.text } };
    else if (event.type === 'citation') yield citationEvent(citationShape(event.citation));
    else for (const shape of unsupported(event.checked)) yield citationEvent(shape);
  }
}

/** What nothing supports comes as a part of the answer without references: a header would be too late to mark it. */
function unsupported({ answered, sentences }: CheckedAnswer): ReturnType<typeof citationShape>[] {
  const marked = answered ? sentences.filter(({ supported, cited }) => !supported && cited.length === 0) : [];
  return marked.map(({ text, start, end }) => citationShape({ text, start, end, passages: [] }));
}

/** The member `citation` is the older form of the two beside it, and older clients read it. */
function citationEvent(shape: ReturnType<typeof citationShape>): RetrieveAndGenerateStreamResponseOutput {
  return { citation: { citation: shape, ...shape } };
}
