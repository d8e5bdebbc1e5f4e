import type { ListKnowledgeBasesCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listKnowledgeBases } from '../knowledge-bases.ts';
import { knowledgeBaseSummary } from './shapes.ts';

export function listKnowledgeBasesOperation(context: KnowledgeContext): Handler<ListKnowledgeBasesCommand> {
  return async (input, { scope }) => {
    const { items, nextToken } = await listKnowledgeBases(context, scope, input);
    return { knowledgeBaseSummaries: items.map(knowledgeBaseSummary), nextToken };
  };
}
