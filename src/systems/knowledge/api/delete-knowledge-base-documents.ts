import type { DeleteKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { deleteKnowledgeBaseDocuments } from '../document-changes.ts';
import { documentDetail } from './document-detail.ts';

export function deleteKnowledgeBaseDocumentsOperation(
  context: KnowledgeContext,
): Handler<DeleteKnowledgeBaseDocumentsCommand> {
  return async (input, { scope, visible }) => {
    const states = await deleteKnowledgeBaseDocuments(context, scope, input, visible);
    return { documentDetails: states.map((state) => documentDetail(input, state)) };
  };
}
