import type { GetIngestionJobCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { getIngestionJob } from '../ingestion-jobs.ts';
import { ingestionJobShape } from './shapes.ts';

export function getIngestionJobOperation(context: KnowledgeContext): Handler<GetIngestionJobCommand> {
  return async (input, { scope }) => ({
    ingestionJob: ingestionJobShape(await getIngestionJob(context, scope, input)),
  });
}
