import { setTimeout as sleep } from 'node:timers/promises';
import type { BedrockAgentClient, IngestionJob } from '@aws-sdk/client-bedrock-agent';
import { connect } from '../connection.ts';
import { EXIT, type ExitCode, type Invocation, textOption, UsageError, type Verb } from '../verb.ts';

const RUNNING = new Set(['STARTING', 'IN_PROGRESS', 'STOPPING']);

export const kbSync: Verb = {
  name: 'kb sync',
  positionals: ['KB'],
  summary: 'Read what is new, changed or deleted in the bucket of a knowledge base.',
  example: 'loam kb sync ABCDEFGHIJ',
  options: { 'data-source': { type: 'string', help: 'Id of the data source, when there are several' } },
  async run(invocation) {
    const { BedrockAgentClient, StartIngestionJobCommand } = await import('@aws-sdk/client-bedrock-agent');
    const agent = new BedrockAgentClient(connect(invocation));
    const [knowledgeBaseId = ''] = invocation.positionals;
    const dataSourceId = textOption(invocation, 'data-source') ?? (await onlySource(agent, knowledgeBaseId));
    const started = await agent.send(new StartIngestionJobCommand({ knowledgeBaseId, dataSourceId }));
    const job = await follow(agent, invocation, started.ingestionJob);
    invocation.output.result(job, describe(job));
    return exitOf(job);
  },
};

async function onlySource(agent: BedrockAgentClient, knowledgeBaseId: string): Promise<string> {
  const { ListDataSourcesCommand } = await import('@aws-sdk/client-bedrock-agent');
  const { dataSourceSummaries = [] } = await agent.send(new ListDataSourcesCommand({ knowledgeBaseId }));
  const [first, ...others] = dataSourceSummaries;
  if (!first?.dataSourceId) throw new UsageError(`The knowledge base ${knowledgeBaseId} has no data source.`);
  if (others.length > 0) {
    const ids = dataSourceSummaries.map((source) => `${source.dataSourceId} (${source.name})`).join(', ');
    throw new UsageError(`The knowledge base has several data sources: choose one with --data-source. ${ids}`);
  }
  return first.dataSourceId;
}

async function follow(
  agent: BedrockAgentClient,
  { output, signal }: Invocation,
  started: IngestionJob | undefined,
): Promise<IngestionJob | undefined> {
  const { GetIngestionJobCommand } = await import('@aws-sdk/client-bedrock-agent');
  let job = started;
  while (job && RUNNING.has(job.status ?? '')) {
    await sleep(250, undefined, { signal });
    const { knowledgeBaseId, dataSourceId, ingestionJobId } = job;
    const ids = { knowledgeBaseId, dataSourceId, ingestionJobId };
    ({ ingestionJob: job } = await agent.send(new GetIngestionJobCommand(ids)));
    output.progress('Syncing', {
      done: finished(job),
      total: job?.statistics?.numberOfDocumentsScanned ?? 0,
      unit: 'documents',
    });
  }
  return job;
}

function finished(job: IngestionJob | undefined): number {
  const { statistics } = job ?? {};
  return (
    (statistics?.numberOfNewDocumentsIndexed ?? 0) +
    (statistics?.numberOfModifiedDocumentsIndexed ?? 0) +
    (statistics?.numberOfDocumentsFailed ?? 0)
  );
}

function describe(job: IngestionJob | undefined): string {
  const counts = Object.entries(job?.statistics ?? {}).filter(([, count]) => count !== 0);
  const lines = counts.map(([name, count]) => `  ${name}: ${count}`);
  return [job?.status, ...lines, ...(job?.failureReasons ?? []).map((reason) => `  failed: ${reason}`)].join('\n');
}

function exitOf(job: IngestionJob | undefined): ExitCode {
  if (job?.status !== 'COMPLETE') return EXIT.failed;
  return (job.statistics?.numberOfDocumentsFailed ?? 0) > 0 ? EXIT.partlyFailed : EXIT.done;
}
