import type { UpdateKnowledgeBaseCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { updateKnowledgeBase } from '../knowledge-bases.ts';
import { knowledgeBaseShape } from './shapes.ts';

export function updateKnowledgeBaseOperation(context: KnowledgeContext): Handler<UpdateKnowledgeBaseCommand> {
  return async (input, { scope }) => {
    const row = await updateKnowledgeBase(context, scope, input);
    return { knowledgeBase: knowledgeBaseShape(scope, row) };
  };
}
