import type { StartIngestionJobCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { startIngestionJob } from '../ingestion-jobs.ts';
import { ingestionJobShape } from './shapes.ts';

export function startIngestionJobOperation(context: KnowledgeContext): Handler<StartIngestionJobCommand> {
  return async (input, { scope }) => ({
    ingestionJob: ingestionJobShape(await startIngestionJob(context, scope, input)),
  });
}
