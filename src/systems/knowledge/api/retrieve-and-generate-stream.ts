import type {
  RetrieveAndGenerateStreamCommand,
  RetrieveAndGenerateStreamResponseOutput,
} from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import { type AnswerEvent, answer } from '../answer.ts';
import type { RetrieveContext } from '../retrieve.ts';
import { readAnswerRequest } from './answer-request.ts';
import { citationShape } from './passage-shapes.ts';

export function retrieveAndGenerateStreamOperation(
  context: RetrieveContext,
): Handler<RetrieveAndGenerateStreamCommand> {
  return async (input, { scope, principal, signal, visible, setHeader }) => {
    const request = { ...readAnswerRequest(input, principal.id), visible };
    const { sessionId, model, events } = await answer(context, scope, request, signal);
    setHeader('x-loam-model', model.label);
    return { sessionId, stream: shapes(events) };
  };
}

async function* shapes(events: AsyncIterable<AnswerEvent>): AsyncGenerator<RetrieveAndGenerateStreamResponseOutput> {
  for await (const event of events) {
    if (event.type === 'text') {
      yield { output: { text: event.text } };
      continue;
    }
    const shape = citationShape(event.citation);
    // The member `citation` is the older form of the two beside it, and older clients read it.
    yield { citation: { citation: shape, ...shape } };
  }
}
