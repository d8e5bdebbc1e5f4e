import { resourceTagKeys } from '../../../access/tag-keys.ts';
import { parseArn } from '../../../core/arn.ts';
import { isLoamError } from '../../../core/errors.ts';
import type { Guard } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listTags } from '../tags.ts';

/** The tags of a knowledge base, for policies that ask for them; root's calls read nothing. */
export function knowledgeGuard(context: KnowledgeContext): Guard {
  return async ({ resource }, { scope, principal }) => {
    const arn = parseArn(resource);
    const isOwn = arn?.service === 'bedrock' && arn.account === scope.account;
    if (!principal.policies || !isOwn || !arn.resource.startsWith('knowledge-base/')) return undefined;
    // What is not there is told by the handler, to those who may ask for it.
    const tags = await listTags(context, scope, resource).catch((error: unknown) => {
      if (isLoamError(error, 'resource-not-found')) return {};
      throw error;
    });
    return { account: scope.account, keys: resourceTagKeys(tags) };
  };
}
