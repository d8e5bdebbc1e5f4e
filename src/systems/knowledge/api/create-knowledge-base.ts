import type { CreateKnowledgeBaseCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { createKnowledgeBase } from '../knowledge-bases.ts';
import { knowledgeBaseShape } from './shapes.ts';

export function createKnowledgeBaseOperation(context: KnowledgeContext): Handler<CreateKnowledgeBaseCommand> {
  return async (input, { scope }) => {
    const row = await createKnowledgeBase(context, scope, input);
    return { knowledgeBase: knowledgeBaseShape(scope, row) };
  };
}
