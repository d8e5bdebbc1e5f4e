import { resourceTagKeys } from '../../../access/tag-keys.ts';
import { parseArn } from '../../../core/arn.ts';
import { isLoamError } from '../../../core/errors.ts';
import type { Guard } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { listTags } from '../tags.ts';

export type GuardContext = KnowledgeContext & { readonly objectGuard?: Guard | undefined };

/** The tags of a knowledge base, for policies that ask for them; root's calls read nothing. */
export function knowledgeGuard(context: GuardContext): Guard {
  return async (access, asking, input) => {
    const { resource } = access;
    const { scope, principal } = asking;
    const arn = parseArn(resource);
    // Objects that a request names are their bucket's to give.
    if (arn?.service === 's3') return context.objectGuard?.(access, asking, input);
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
