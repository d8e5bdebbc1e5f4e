import type { ListDataSourcesCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listDataSources } from '../data-sources.ts';
import { dataSourceSummary } from './shapes.ts';

export function listDataSourcesOperation(context: KnowledgeContext): Handler<ListDataSourcesCommand> {
  return async (input, { scope }) => {
    const { items, nextToken } = await listDataSources(context, scope, input);
    return { dataSourceSummaries: items.map(dataSourceSummary), nextToken };
  };
}
