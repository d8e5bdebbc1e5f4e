import type { RetrieveAndGenerateCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import { type AnswerContext, answer } from '../answer.ts';
import type { AnswerCitation } from '../answering/citations.ts';
import { readAnswerRequest } from './answer-request.ts';
import { citationShape } from './passage-shapes.ts';

export function retrieveAndGenerateOperation(context: AnswerContext): Handler<RetrieveAndGenerateCommand> {
  return async (input, call) => {
    const { id, sessionId, model, events } = await answer(
      context,
      call.scope,
      readAnswerRequest(input, call),
      call.signal,
    );
    const citations: AnswerCitation[] = [];
    let text = '';
    for await (const event of events) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'citation') citations.push(event.citation);
      else call.setHeader('x-loam-unsupported', String(event.checked.unsupported));
    }
    call.setHeader('x-loam-model', model.label);
    call.setHeader('x-loam-answer', id);
    return { sessionId, output: { text }, citations: citations.map(citationShape), guardrailAction: 'NONE' };
  };
}
