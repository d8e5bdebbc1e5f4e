import type { ListIngestionJobsCommand } from '@aws-sdk/client-bedrock-agent';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listIngestionJobs } from '../ingestion-jobs.ts';
import { ingestionJobSummary } from './shapes.ts';

export function listIngestionJobsOperation(context: KnowledgeContext): Handler<ListIngestionJobsCommand> {
  return async (input, { scope }) => {
    const { items, nextToken } = await listIngestionJobs(context, scope, input);
    return { ingestionJobSummaries: items.map(ingestionJobSummary), nextToken };
  };
}
