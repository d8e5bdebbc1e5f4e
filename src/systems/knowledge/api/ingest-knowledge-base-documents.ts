import type { IngestKnowledgeBaseDocumentsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { ingestDocuments } from '../document-changes.ts';
import { documentDetail } from './document-detail.ts';

export function ingestKnowledgeBaseDocumentsOperation(
  context: KnowledgeContext,
): Handler<IngestKnowledgeBaseDocumentsCommand> {
  return async (input, { scope, visible }) => {
    const states = await ingestDocuments(context, scope, input, visible);
    return { documentDetails: states.map((state) => documentDetail(input, state)) };
  };
}
