import type { DeleteKnowledgeBaseCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { deleteKnowledgeBase } from '../knowledge-bases.ts';

export function deleteKnowledgeBaseOperation(context: KnowledgeContext): Handler<DeleteKnowledgeBaseCommand> {
  return async ({ knowledgeBaseId }, { scope }) => {
    await deleteKnowledgeBase(context, scope, knowledgeBaseId);
    return { knowledgeBaseId, status: 'DELETING' };
  };
}
