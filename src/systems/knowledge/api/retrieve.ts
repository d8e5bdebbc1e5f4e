import type { RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import { refuse, refuseFields } from '../refusal.ts';
import { queryText, type RetrieveContext, retrieve } from '../retrieve.ts';
import { resultShape } from './passage-shapes.ts';

export function retrieveOperation(context: RetrieveContext): Handler<RetrieveCommand> {
  return async (input, { scope, signal, visible }) => {
    refuseFields('', input, ['guardrailConfiguration', 'userContext']);
    // All results of a question come in one answer, so no answer ever gives a token.
    if (input.nextToken !== undefined) refuse('nextToken', 'is not one that Retrieve gave', 'leaving it out');
    const { knowledgeBaseId, retrievalConfiguration: configuration } = input;
    const request = { knowledgeBaseId, text: queryText(input.retrievalQuery), configuration, visible };
    const { passages } = await retrieve(context, scope, request, signal);
    return { retrievalResults: passages.map(resultShape) };
  };
}
