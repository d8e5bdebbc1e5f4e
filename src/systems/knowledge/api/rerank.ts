import type { RerankCommand } from '@aws-sdk/client-bedrock-agent-runtime';
import type { Handler } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { rerank } from '../rerank.ts';

export function rerankOperation(context: KnowledgeContext): Handler<RerankCommand> {
  return async (input, { scope, signal, setHeader }) => {
    const { results, nextToken, model } = await rerank(context, scope, input, signal);
    setHeader('x-loam-model', model.label);
    return {
      results: results.map(({ index, relevanceScore }) => ({
        ...{ index, relevanceScore },
        document: input.sources[index]?.inlineDocumentSource,
      })),
      ...(nextToken !== undefined && { nextToken }),
    };
  };
}
