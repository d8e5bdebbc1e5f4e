import type { ListKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listDocuments } from '../documents.ts';
import { documentDetail } from './document-detail.ts';

export function listKnowledgeBaseDocumentsOperation(
  context: KnowledgeContext,
): Handler<ListKnowledgeBaseDocumentsCommand> {
  return async (input, { scope, visible }) => {
    const { items, nextToken } = await listDocuments(context, scope, input, visible);
    return { documentDetails: items.map((item) => documentDetail(input, item)), nextToken };
  };
}
