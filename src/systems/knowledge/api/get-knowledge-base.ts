import type { GetKnowledgeBaseCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { getKnowledgeBase } from '../knowledge-bases.ts';
import { knowledgeBaseShape } from './shapes.ts';

export function getKnowledgeBaseOperation(context: KnowledgeContext): Handler<GetKnowledgeBaseCommand> {
  return async ({ knowledgeBaseId }, { scope }) => {
    const row = await getKnowledgeBase(context, scope, knowledgeBaseId);
    return { knowledgeBase: knowledgeBaseShape(scope, row) };
  };
}
