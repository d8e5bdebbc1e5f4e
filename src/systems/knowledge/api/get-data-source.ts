import type { GetDataSourceCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { getDataSource } from '../data-sources.ts';
import { dataSourceShape } from './shapes.ts';

export function getDataSourceOperation(context: KnowledgeContext): Handler<GetDataSourceCommand> {
  return async (input, { scope }) => ({ dataSource: dataSourceShape(await getDataSource(context, scope, input)) });
}
