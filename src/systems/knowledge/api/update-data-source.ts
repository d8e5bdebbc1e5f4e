import type { UpdateDataSourceCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import { updateDataSource } from '../data-sources.ts';
import type { WatchContext } from '../watching.ts';
import { dataSourceShape } from './shapes.ts';

export function updateDataSourceOperation(context: WatchContext): Handler<UpdateDataSourceCommand> {
  return async (input, { scope }) => ({ dataSource: dataSourceShape(await updateDataSource(context, scope, input)) });
}
