import type { GetKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { getDocuments } from '../documents.ts';
import { documentDetail } from './document-detail.ts';

export function getKnowledgeBaseDocumentsOperation(
  context: KnowledgeContext,
): Handler<GetKnowledgeBaseDocumentsCommand> {
  return async (input, { scope, visible }) => {
    const found = await getDocuments(context, scope, input, visible);
    return { documentDetails: found.map((item) => documentDetail(input, item)) };
  };
}
