import type { RetrieveAndGenerateCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import { answer } from '../answer.ts';
import type { AnswerCitation } from '../answering/citations.ts';
import type { RetrieveContext } from '../retrieve.ts';
import { readAnswerRequest } from './answer-request.ts';
import { citationShape } from './passage-shapes.ts';

export function retrieveAndGenerateOperation(context: RetrieveContext): Handler<RetrieveAndGenerateCommand> {
  return async (input, { scope, principal, signal, visible, setHeader }) => {
    const request = { ...readAnswerRequest(input, principal.id), visible };
    const { sessionId, model, events } = await answer(context, scope, request, signal);
    const citations: AnswerCitation[] = [];
    let text = '';
    for await (const event of events) {
      if (event.type === 'text') text += event.text;
      else citations.push(event.citation);
    }
    setHeader('x-loam-model', model.label);
    return { sessionId, output: { text }, citations: citations.map(citationShape) };
  };
}
