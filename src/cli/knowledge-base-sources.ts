import type { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { type Invocation, textOption, UsageError } from './verb.ts';

/** The option of verbs that are about one data source of a knowledge base. */
export const DATA_SOURCE_OPTION = {
  'data-source': { type: 'string', help: 'Id of the data source, when there are several' },
} as const;

export interface SourceIds {
  readonly knowledgeBaseId: string;
  readonly dataSourceId: string;
}

/**
 * The data source that a command line means: the one it names, or the only one.
 *
 * @throws UsageError when there are none or several
 */
export async function chosenSource(agent: BedrockAgentClient, invocation: Invocation): Promise<SourceIds> {
  const [knowledgeBaseId = ''] = invocation.positionals;
  const named = textOption(invocation, 'data-source');
  return { knowledgeBaseId, dataSourceId: named ?? (await onlySource(agent, knowledgeBaseId)) };
}

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
