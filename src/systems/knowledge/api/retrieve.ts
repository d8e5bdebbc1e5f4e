import type { RetrieveCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import { formatArn } from '../../../core/arn.ts';
import type { Call, Handler, Received } from '../../../wire/operation.ts';
import { refuseFields } from '../refusal.ts';
import { explainRetrieved } from '../retrieval/explain.ts';
import { openPage, sealPage } from '../retrieval/pages.ts';
import { WHY_HEADER, whyHeader } from '../retrieval/why-header.ts';
import { queryText, type RetrieveContext, type Retrieved, type RetrieveRequest, retrieve } from '../retrieve.ts';
import { resultShape } from './passage-shapes.ts';

type Input = Received<RetrieveCommand['input']>;

export function retrieveOperation(context: RetrieveContext): Handler<RetrieveCommand> {
  return async (input, call) => {
    refuseFields('', input, ['guardrailConfiguration', 'userContext']);
    const { scope, signal } = call;
    const request = readRequest(context, input, call);
    const retrieved = await retrieve(context, scope, request, signal);
    if (retrieved.passages.length === 0) await tellWhy(context, call, request, retrieved);
    const nextToken = sealPage(context, scope, request, retrieved);
    return { retrievalResults: retrieved.passages.map(resultShape), ...(nextToken !== undefined && { nextToken }) };
  };
}

function readRequest(context: RetrieveContext, input: Input, { scope, visible }: Call): RetrieveRequest {
  const { knowledgeBaseId, retrievalConfiguration: configuration, nextToken } = input;
  const request = { knowledgeBaseId, text: queryText(input.retrievalQuery), configuration, visible };
  return nextToken === undefined ? request : { ...request, ...openPage(context, scope, request, nextToken) };
}

async function tellWhy(
  context: RetrieveContext,
  { scope, signal, log, requestId, may, setHeader }: Call,
  request: RetrieveRequest,
  retrieved: Retrieved,
): Promise<void> {
  const { knowledgeBaseId } = request;
  const resource = formatArn(scope, 'bedrock', `knowledge-base/${knowledgeBaseId}`);
  const explanation = await explainRetrieved(context, scope, request, retrieved, signal);
  const mayAskWhy = await may({ action: 'loam:ExplainRetrieve', resource });
  setHeader(WHY_HEADER, whyHeader(explanation, mayAskWhy));
  const reason = explanation.reasons[0]?.code;
  log.info({ requestId, knowledgeBaseId, reason }, 'A retrieval found nothing');
}
