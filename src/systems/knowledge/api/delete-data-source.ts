import type { DeleteDataSourceCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { deleteDataSource } from '../data-sources.ts';

export function deleteDataSourceOperation(context: KnowledgeContext): Handler<DeleteDataSourceCommand> {
  return async ({ knowledgeBaseId, dataSourceId }, { scope }) => {
    await deleteDataSource(context, scope, { knowledgeBaseId, dataSourceId });
    return { knowledgeBaseId, dataSourceId, status: 'DELETING' };
  };
}
