import { readFile } from 'node:fs/promises';
import type { BedrockAgentRuntimeClient, KnowledgeBaseRetrievalResult } from '@aws-sdk/client-bedrock-agent-runtime';
import type {
  QueryCost,
  ShadowAnswer,
  ShadowedQuery,
  ShadowPassage,
  ShadowReport,
} from '../../systems/knowledge/index.ts';
import { CLOUD_OPTIONS, type Cloud, connectCloud } from '../cloud.ts';
import { connect } from '../connection.ts';
import { readQueries } from '../import/read-queries.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Invocation, numberOption, textOption, UsageError, type Verb } from '../verb.ts';

const MOST_RESULTS = 100;
const SHOWN = 80;

export const shadow: Verb = {
  name: 'shadow',
  positionals: ['KB_ID'],
  summary: 'Send queries to an imported knowledge base and to where it came from, and compare the answers.',
  example: 'loam shadow ABCDEFGHIJ --queries queries.txt --region us-east-1 --profile work',
  options: {
    ...CLOUD_OPTIONS,
    queries: { type: 'string', help: 'File of queries: one a line, or JSON' },
    query: { type: 'string', multiple: true, help: 'A query; may be repeated' },
    price: { type: 'string', help: 'What 1,000 tokens of the embedding model cost there, such as 0.0001' },
    results: { type: 'string', help: 'Passages of each answer that are compared, 1 to 100', default: '5' },
  },
  async run(invocation) {
    const k = numberOption(invocation, 'results') ?? 5;
    if (k > MOST_RESULTS) throw new UsageError(`--results takes at most ${MOST_RESULTS}.`);
    const price = priceOf(invocation);
    const queries = await queriesOf(invocation);
    const cloud = await connectCloud(invocation);
    const connection = connect(invocation);
    const [{ BedrockAgentRuntimeClient }, { cloudQueryCost, reportShadow }] = await Promise.all([
      import('@aws-sdk/client-bedrock-agent-runtime'),
      import('../../systems/knowledge/index.ts'),
    ]);
    const ids = await bothIds(invocation);
    const loam = new BedrockAgentRuntimeClient(connection);
    const asked = await askBoth(invocation, { cloud: cloud.runtime, loam, ids, queries, k });
    const report = {
      ...ids,
      ...reportShadow(asked, k),
      cost: cloudQueryCost({ embeddingModelArn: await modelOf(cloud, ids.cloud), price }, queries),
    };
    invocation.output.result(report, describe(report));
    return report.failed.cloud + report.failed.loam > 0 ? EXIT.partlyFailed : EXIT.done;
  },
};

function priceOf(invocation: Invocation): number | undefined {
  const text = textOption(invocation, 'price');
  if (text === undefined) return undefined;
  const price = Number(text);
  if (!(price > 0 && Number.isFinite(price))) throw new UsageError(`--price takes a number above 0, not "${text}".`);
  return price;
}

async function queriesOf(invocation: Invocation): Promise<string[]> {
  const file = textOption(invocation, 'queries');
  const given = textOption(invocation, 'query')?.split('\n') ?? [];
  const read = file === undefined ? [] : readQueries(file, await readFile(file, 'utf8'));
  const queries = [...given, ...read].filter((query) => query.trim() !== '');
  if (queries.length === 0) throw new UsageError('What is to be asked? Give --queries FILE or --query TEXT.');
  return queries;
}

interface Ids {
  readonly cloud: string;
  readonly loam: string;
}

/** The knowledge base may be named by its id there, which is an alias here, or by its id here. */
async function bothIds(invocation: Invocation): Promise<Ids> {
  const [id = ''] = invocation.positionals;
  const { aliases } = await callLoam<{ aliases: { kind: string; oldId: string; newId: string }[] }>(
    connect(invocation),
    'ListKnowledgeBaseAliases',
  );
  const ofBases = aliases.filter(({ kind }) => kind === 'knowledge-base');
  const alias = ofBases.find(({ oldId }) => oldId === id) ?? ofBases.find(({ newId }) => newId === id);
  if (!alias) throw new UsageError(`${id} was not imported. Import it first: loam import bedrock ${id}`);
  return { cloud: alias.oldId, loam: alias.newId };
}

interface AskBoth {
  readonly cloud: BedrockAgentRuntimeClient;
  readonly loam: BedrockAgentRuntimeClient;
  readonly ids: Ids;
  readonly queries: readonly string[];
  readonly k: number;
}

/** One query after the other, each place first in turn, so that neither is always the one that finds everything warm. */
async function askBoth(
  { output, signal }: Invocation,
  { cloud, loam, ids, queries, k }: AskBoth,
): Promise<ShadowedQuery[]> {
  const asked: ShadowedQuery[] = [];
  for (const [index, query] of queries.entries()) {
    signal.throwIfAborted();
    const there = () => ask(cloud, { knowledgeBaseId: ids.cloud, query, k, signal });
    const here = () => ask(loam, { knowledgeBaseId: ids.loam, query, k, signal });
    if (index % 2 === 0) asked.push({ query, cloud: await there(), loam: await here() });
    else {
      const answer = await here();
      asked.push({ query, cloud: await there(), loam: answer });
    }
    output.progress('Asking', { done: index + 1, total: queries.length, unit: 'queries' });
  }
  output.endProgress();
  return asked;
}

async function ask(
  runtime: BedrockAgentRuntimeClient,
  { knowledgeBaseId, query, k, signal }: { knowledgeBaseId: string; query: string; k: number; signal: AbortSignal },
): Promise<ShadowAnswer> {
  const [{ RetrieveCommand }, { documentOf }] = await Promise.all([
    import('@aws-sdk/client-bedrock-agent-runtime'),
    import('../../systems/knowledge/index.ts'),
  ]);
  const command = new RetrieveCommand({
    knowledgeBaseId,
    retrievalQuery: { text: query },
    retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: k } },
  });
  const started = performance.now();
  try {
    const { retrievalResults = [] } = await runtime.send(command, { abortSignal: signal });
    const latencyMs = Math.round((performance.now() - started) * 10) / 10;
    return { latencyMs, passages: retrievalResults.map((result) => passageOf(result, documentOf)) };
  } catch (error) {
    signal.throwIfAborted();
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function passageOf(
  { content, location = { type: undefined }, metadata }: KnowledgeBaseRetrievalResult,
  documentOf: (location: string) => string,
): ShadowPassage {
  const { s3Location, webLocation, customDocumentLocation: custom, ...others } = location;
  const other = Object.values(others).find((value) => typeof value === 'object' && value !== null);
  const address = s3Location?.uri ?? webLocation?.url ?? custom?.id ?? (other as { url?: string } | undefined)?.url;
  const page = Number(metadata?.['x-amz-bedrock-kb-document-page-number']);
  return {
    document: documentOf(address ?? ''),
    text: content?.text ?? '',
    ...(Number.isInteger(page) && { page }),
  };
}

/** The embedding model there; a caller who may retrieve need not be one who may read settings. */
async function modelOf({ agent }: Cloud, knowledgeBaseId: string): Promise<string | undefined> {
  const { GetKnowledgeBaseCommand } = await import('@aws-sdk/client-bedrock-agent');
  try {
    const { knowledgeBase } = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }));
    return knowledgeBase?.knowledgeBaseConfiguration?.vectorKnowledgeBaseConfiguration?.embeddingModelArn;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
    throw error;
  }
}

function describe(report: ShadowReport & { readonly cost: QueryCost }): string {
  const { k, queries, compared, overlap, sameFirst, latency, cost, errors, mostDifferent } = report;
  const milliseconds = (place: 'cloud' | 'loam'): string => {
    const of = latency[place];
    return of ? `p50 ${of.p50Ms.toFixed(1)} ms, p95 ${of.p95Ms.toFixed(1)} ms` : 'nothing was answered';
  };
  const dollars = cost.perThousandQueries;
  return [
    `${compared} of ${queries} queries compared`,
    `overlap@${k} ${share(overlap)}, the same document first ${share(sameFirst)}`,
    `latency of the cloud: ${milliseconds('cloud')}`,
    `latency of Loam: ${milliseconds('loam')}`,
    `cost of 1,000 queries in the cloud: ${dollars === undefined ? cost.note : `${dollars.toFixed(5)} (${cost.note})`}`,
    ...mostDifferent.map((one) => {
      const query = one.query.length > SHOWN ? `${one.query.slice(0, SHOWN)}…` : one.query;
      return `${share(one.overlap)} ${query}\n  only in the cloud: ${one.onlyCloud.join(', ') || 'nothing'}\n  only in Loam: ${one.onlyLoam.join(', ') || 'nothing'}`;
    }),
    ...errors.map((error) => `failed: ${error}`),
  ].join('\n');
}

function share(value: number | undefined): string {
  return value === undefined ? 'unknown' : value.toFixed(2);
}
