import type { StopIngestionJobCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { stopIngestionJob } from '../ingestion-jobs.ts';
import { ingestionJobShape } from './shapes.ts';

export function stopIngestionJobOperation(context: KnowledgeContext): Handler<StopIngestionJobCommand> {
  return async (input, { scope }) => ({
    ingestionJob: ingestionJobShape(await stopIngestionJob(context, scope, input)),
  });
}
