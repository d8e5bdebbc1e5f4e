import { setTimeout as sleep } from 'node:timers/promises';
import type { BedrockAgentClient, CreateDataSourceRequest, DataSource } from '@aws-sdk/client-bedrock-agent';
import type { LeftBehind } from '../../systems/knowledge/index.ts';
import type { Connection } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import type { SourceKnowledgeBase } from './read-source.ts';

const READY_WITHIN_MS = 120_000;

export interface ImportedSource {
  readonly name: string;
  readonly oldId: string;
  readonly dataSourceId: string;
  /** Where its documents are there and here; absent where they are in no bucket. */
  readonly from?: { readonly bucket: string; readonly prefix: string };
  readonly bucket?: string;
}

export interface Imported {
  readonly knowledgeBaseId: string;
  readonly oldId: string;
  readonly dataSources: readonly ImportedSource[];
  readonly leftBehind: readonly LeftBehind[];
}

interface Alias {
  readonly kind: 'knowledge-base' | 'data-source';
  readonly oldId: string;
  readonly newId: string;
}

export interface ImportOptions {
  readonly connection: Connection;
  readonly agent: BedrockAgentClient;
  readonly account: string;
  readonly name: string | undefined;
  bucketFor(bucket: string): string;
  readonly signal: AbortSignal;
}

/** Makes here what is there, or goes on with what an earlier call has made: the old ids are how it is known again. */
export async function importKnowledgeBase(source: SourceKnowledgeBase, options: ImportOptions): Promise<Imported> {
  const { connection } = options;
  const { knowledgeBaseId: oldId = '', knowledgeBaseArn: oldArn } = source.knowledgeBase;
  const { aliases } = await callLoam<{ aliases: Alias[] }>(connection, 'ListKnowledgeBaseAliases');
  const { knowledgeBaseId, leftBehind } = await makeKnowledgeBase(source, aliases, options);
  const put = (made: readonly ImportedSource[]) =>
    callLoam(connection, 'PutKnowledgeBaseAliases', {
      ...{ knowledgeBaseId, oldId, ...(oldArn && { oldArn }) },
      dataSources: made.map((one) => ({ oldId: one.oldId, dataSourceId: one.dataSourceId })),
    });
  await put([]);
  const dataSources: ImportedSource[] = [];
  for (const dataSource of source.dataSources) {
    const made = await makeDataSource(dataSource, { knowledgeBaseId, aliases }, options);
    leftBehind.push(...made.leftBehind);
    if (made.imported) dataSources.push(made.imported);
  }
  await put(dataSources);
  return { knowledgeBaseId, oldId, dataSources, leftBehind };
}

async function makeKnowledgeBase(
  { knowledgeBase, tags }: SourceKnowledgeBase,
  aliases: readonly Alias[],
  { agent, account, name, signal }: ImportOptions,
): Promise<{ knowledgeBaseId: string; leftBehind: LeftBehind[] }> {
  const [{ CreateKnowledgeBaseCommand }, { carryOverKnowledgeBase }] = await Promise.all([
    import('@aws-sdk/client-bedrock-agent'),
    import('../../systems/knowledge/index.ts'),
  ]);
  const { request, leftBehind } = carryOverKnowledgeBase(knowledgeBase, { account, tags, name });
  if (!request) throw new Error(`Nothing can be imported: ${leftBehind.map(({ reason }) => reason).join('; ')}.`);
  const { knowledgeBaseId: oldId = '' } = knowledgeBase;
  const earlier = aliases.find((alias) => alias.kind === 'knowledge-base' && alias.oldId === oldId)?.newId;
  if (earlier !== undefined) return { knowledgeBaseId: earlier, leftBehind: [...leftBehind] };
  const command = new CreateKnowledgeBaseCommand({ ...request, clientToken: tokenFor(oldId) });
  const { knowledgeBase: made } = await agent.send(command, { abortSignal: signal });
  const knowledgeBaseId = made?.knowledgeBaseId ?? '';
  await untilActive(agent, knowledgeBaseId, signal);
  return { knowledgeBaseId, leftBehind: [...leftBehind] };
}

/** The same for each attempt, so that one that was broken off is not made twice. */
function tokenFor(oldId: string): string {
  return `loam-import-from-bedrock-knowledge-base-${oldId}`;
}

async function untilActive(agent: BedrockAgentClient, knowledgeBaseId: string, signal: AbortSignal): Promise<void> {
  const { GetKnowledgeBaseCommand } = await import('@aws-sdk/client-bedrock-agent');
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { knowledgeBase } = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }), {
      abortSignal: signal,
    });
    if (knowledgeBase?.status === 'ACTIVE') return;
    if (knowledgeBase?.status === 'FAILED')
      throw new Error(`The knowledge base could not be created: ${knowledgeBase.failureReasons?.join('; ')}`);
    if (Date.now() > end) throw new Error(`The knowledge base ${knowledgeBaseId} is still ${knowledgeBase?.status}.`);
    await sleep(200, undefined, { signal });
  }
}

async function makeDataSource(
  source: DataSource,
  { knowledgeBaseId, aliases }: { knowledgeBaseId: string; aliases: readonly Alias[] },
  { agent, bucketFor, signal }: ImportOptions,
): Promise<{ imported?: ImportedSource; leftBehind: readonly LeftBehind[] }> {
  const { carryOverDataSource, documentsOf } = await import('../../systems/knowledge/index.ts');
  const { request, leftBehind } = carryOverDataSource(source, knowledgeBaseId, bucketFor);
  if (!request) return { leftBehind };
  const { dataSourceId: oldId = '', name = '' } = source;
  const earlier = aliases.find((alias) => alias.kind === 'data-source' && alias.oldId === oldId)?.newId;
  const made =
    earlier === undefined
      ? await create(agent, request, oldId, signal)
      : await get(agent, { knowledgeBaseId, dataSourceId: earlier }, signal);
  if ('refused' in made) return { leftBehind: [{ what: `data source ${name}`, reason: made.refused }] };
  const from = documentsOf(source);
  const here = documentsOf(made);
  return {
    leftBehind,
    imported: {
      name,
      oldId,
      dataSourceId: made.dataSourceId ?? '',
      ...(from && here && { from, bucket: here.bucket }),
    },
  };
}

async function create(
  agent: BedrockAgentClient,
  request: CreateDataSourceRequest,
  oldId: string,
  abortSignal: AbortSignal,
): Promise<DataSource | { refused: string }> {
  const { CreateDataSourceCommand } = await import('@aws-sdk/client-bedrock-agent');
  const clientToken = `loam-import-from-bedrock-data-source-${oldId}`;
  try {
    const { dataSource } = await agent.send(new CreateDataSourceCommand({ ...request, clientToken }), { abortSignal });
    return dataSource ?? { refused: 'the server told nothing of it' };
  } catch (error) {
    // A transformation that is not registered here, for example: the message names what is missing.
    if (error instanceof Error && error.name === 'ValidationException') return { refused: error.message };
    throw error;
  }
}

async function get(
  agent: BedrockAgentClient,
  ids: { knowledgeBaseId: string; dataSourceId: string },
  abortSignal: AbortSignal,
): Promise<DataSource | { refused: string }> {
  const { GetDataSourceCommand } = await import('@aws-sdk/client-bedrock-agent');
  const { dataSource } = await agent.send(new GetDataSourceCommand(ids), { abortSignal });
  return dataSource ?? { refused: 'the server told nothing of it' };
}
