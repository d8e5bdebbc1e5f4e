import type { CreateDataSourceCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { createDataSource } from '../data-sources.ts';
import { dataSourceShape } from './shapes.ts';

export function createDataSourceOperation(context: KnowledgeContext): Handler<CreateDataSourceCommand> {
  return async (input, { scope }) => ({ dataSource: dataSourceShape(await createDataSource(context, scope, input)) });
}
