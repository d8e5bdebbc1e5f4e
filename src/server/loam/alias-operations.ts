import { z } from 'zod';
import type { Aliases } from '../../systems/knowledge/index.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';

const id = z.string().min(1).max(100);
const put = z.strictObject({
  knowledgeBaseId: id,
  oldId: id,
  oldArn: z.string().max(2_048).optional(),
  dataSources: z.array(z.strictObject({ oldId: id, dataSourceId: id })).max(1_000),
});

/** Ids that knowledge bases had where they were imported from. They act in the caller's account and this region. */
export function aliasOperations(aliases: Aliases, region: string): LoamOperation[] {
  const scopeOf = scopesIn(region);
  return [
    loamOperation('PutKnowledgeBaseAliases', put, async (request, caller) => aliases.put(scopeOf(caller), request)),
    loamOperation(
      'ListKnowledgeBaseAliases',
      z.strictObject({ knowledgeBaseId: id.optional() }),
      async ({ knowledgeBaseId }, caller) => ({ aliases: await aliases.list(scopeOf(caller), knowledgeBaseId) }),
    ),
    loamOperation('DeleteKnowledgeBaseAlias', z.strictObject({ oldId: id }), async ({ oldId }, caller) =>
      aliases.remove(scopeOf(caller), oldId),
    ),
  ];
}
