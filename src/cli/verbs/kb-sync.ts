import { setTimeout as sleep } from 'node:timers/promises';
import type { BedrockAgentClient, IngestionJob } from '@aws-sdk/client-bedrock-agent';
import type { Progress } from '../../storage/jobs/contract.ts';
import type { IngestionPlan } from '../../systems/knowledge/index.ts';
import { connect } from '../connection.ts';
import { describePlan } from '../describe-plan.ts';
import { chosenSource, DATA_SOURCE_OPTION, type SourceIds } from '../knowledge-base-sources.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type ExitCode, type Invocation, textOption, UsageError, type Verb } from '../verb.ts';

const RUNNING = new Set(['STARTING', 'IN_PROGRESS', 'STOPPING']);
const POLL_MS = 250;
const CHANGES_TOLD = 10_000;

export const kbSync: Verb = {
  name: 'kb sync',
  positionals: ['KB'],
  summary: 'Read what is new, changed or deleted in the bucket of a knowledge base.',
  example: 'loam kb sync ABCDEFGHIJ',
  options: {
    ...DATA_SOURCE_OPTION,
    plan: { type: 'boolean', help: 'Tell what would be done, and why, file by file; change nothing' },
    guard: { type: 'string', help: 'Swap the new index in only if this saved evaluation does not fall' },
    tolerance: { type: 'string', help: 'By how much hit rate and nDCG may fall with --guard, 0 to 1 (0)' },
  },
  async run(invocation) {
    const { BedrockAgentClient } = await import('@aws-sdk/client-bedrock-agent');
    const agent = new BedrockAgentClient(connect(invocation));
    const ids = await chosenSource(agent, invocation);
    if (invocation.options.plan) return printPlan(invocation, ids);
    const job = await follow(agent, invocation, ids, await start(agent, invocation, ids));
    invocation.output.result(job, describe(job));
    return exitOf(job);
  },
};

async function printPlan(invocation: Invocation, ids: SourceIds): Promise<ExitCode> {
  const request = { ...ids, limit: CHANGES_TOLD };
  const { plan } = await callLoam<{ plan: IngestionPlan }>(connect(invocation), 'PlanIngestionJob', request);
  invocation.output.result(plan, describePlan(plan));
  return EXIT.done;
}

/** @returns the id of the job */
async function start(agent: BedrockAgentClient, invocation: Invocation, ids: SourceIds): Promise<string | undefined> {
  const evaluation = textOption(invocation, 'guard');
  const tolerance = toleranceOf(invocation);
  if (evaluation === undefined) {
    if (tolerance !== undefined) throw new UsageError('--tolerance belongs to --guard.');
    const { StartIngestionJobCommand } = await import('@aws-sdk/client-bedrock-agent');
    return (await agent.send(new StartIngestionJobCommand(ids))).ingestionJob?.ingestionJobId;
  }
  const request = { ...ids, evaluation, ...(tolerance !== undefined && { tolerance }) };
  const { ingestionJob } = await callLoam<{ ingestionJob: { ingestionJobId: string } }>(
    connect(invocation),
    'StartGuardedIngestionJob',
    request,
  );
  return ingestionJob.ingestionJobId;
}

function toleranceOf(invocation: Invocation): number | undefined {
  const text = textOption(invocation, 'tolerance');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new UsageError(`--tolerance takes a number from 0 to 1, not "${text}".`);
  }
  return value;
}

interface JobProgress {
  readonly status: string;
  readonly progress?: Progress;
}

async function follow(
  agent: BedrockAgentClient,
  invocation: Invocation,
  ids: SourceIds,
  ingestionJobId: string | undefined,
): Promise<IngestionJob | undefined> {
  const { GetIngestionJobCommand } = await import('@aws-sdk/client-bedrock-agent');
  const { output, signal } = invocation;
  for (;;) {
    const request = { ...ids, ingestionJobId };
    const { status, progress } = await callLoam<JobProgress>(connect(invocation), 'GetIngestionProgress', request);
    if (!RUNNING.has(status)) return (await agent.send(new GetIngestionJobCommand(request))).ingestionJob;
    if (progress) output.progress('Syncing', progress);
    await sleep(POLL_MS, undefined, { signal });
  }
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
