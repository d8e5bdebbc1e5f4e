import type { DataSource, KnowledgeBase } from '@aws-sdk/client-bedrock-agent';
import type { Cloud } from '../cloud.ts';

/** All that a knowledge base's owner may read of it by calls. */
export interface SourceKnowledgeBase {
  readonly knowledgeBase: KnowledgeBase;
  readonly tags: Record<string, string>;
  readonly dataSources: readonly DataSource[];
}

/** @throws the service's own errors, such as ResourceNotFoundException and AccessDeniedException */
export async function readSource(
  { agent }: Cloud,
  knowledgeBaseId: string,
  abortSignal: AbortSignal,
): Promise<SourceKnowledgeBase> {
  const { GetDataSourceCommand, GetKnowledgeBaseCommand, paginateListDataSources } = await import(
    '@aws-sdk/client-bedrock-agent'
  );
  const { knowledgeBase } = await agent.send(new GetKnowledgeBaseCommand({ knowledgeBaseId }), { abortSignal });
  if (!knowledgeBase) throw new Error(`The cloud tells nothing of the knowledge base ${knowledgeBaseId}.`);
  const dataSources: DataSource[] = [];
  for await (const page of paginateListDataSources({ client: agent }, { knowledgeBaseId })) {
    for (const { dataSourceId } of page.dataSourceSummaries ?? []) {
      const read = await agent.send(new GetDataSourceCommand({ knowledgeBaseId, dataSourceId }), { abortSignal });
      if (read.dataSource) dataSources.push(read.dataSource);
    }
  }
  return { knowledgeBase, dataSources, tags: await readTags(agent, knowledgeBase.knowledgeBaseArn, abortSignal) };
}

/** Tags are told by a permission of their own, which an importer may do without. */
async function readTags(
  agent: Cloud['agent'],
  resourceArn: string | undefined,
  abortSignal: AbortSignal,
): Promise<Record<string, string>> {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-bedrock-agent');
  try {
    const { tags } = await agent.send(new ListTagsForResourceCommand({ resourceArn }), { abortSignal });
    return tags ?? {};
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return {};
    throw error;
  }
}
