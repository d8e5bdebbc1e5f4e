import type { GetKnowledgeBaseCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { getKnowledgeBase } from '../knowledge-bases.ts';
import { placementOf } from '../vector-stores/placement.ts';
import { knowledgeBaseShape } from './shapes.ts';

export function getKnowledgeBaseOperation(context: KnowledgeContext): Handler<GetKnowledgeBaseCommand> {
  return async ({ knowledgeBaseId }, { scope, setHeader }) => {
    const row = await getKnowledgeBase(context, scope, knowledgeBaseId);
    const { type, reason } = await placementOf(context, scope, row.id);
    setHeader('x-loam-vector-store', type);
    setHeader('x-loam-vector-store-reason', encodeURI(reason));
    return { knowledgeBase: knowledgeBaseShape(scope, row) };
  };
}
