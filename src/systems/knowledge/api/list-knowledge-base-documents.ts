import type { ListKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listDocuments } from '../documents.ts';
import { documentDetail } from './document-detail.ts';

export function listKnowledgeBaseDocumentsOperation(
  context: KnowledgeContext,
): Handler<ListKnowledgeBaseDocumentsCommand> {
  return async (input, { scope }) => {
    const { items, nextToken } = await listDocuments(context, scope, input);
    return { documentDetails: items.map((item) => documentDetail(input, item)), nextToken };
  };
}
