import { parseArn } from '../../core/arn.ts';
import { LoamError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { KnowledgeContext } from './context.ts';
import { getKnowledgeBase } from './knowledge-bases.ts';
import { setKnowledgeBaseTags } from './tables/knowledge-bases.ts';

type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;

/** @throws LoamError `resource-not-found` for an ARN that is no knowledge base of the scope */
export async function listTags(context: KnowledgeContext, scope: Scope, arn: string): Promise<Tags> {
  const { tags } = await getKnowledgeBase(context, scope, knowledgeBaseIdOf(scope, arn));
  return tags;
}

/** @throws LoamError `resource-not-found`, `quota-exceeded` beyond 50 tags */
export async function changeTags(
  context: KnowledgeContext,
  scope: Scope,
  change: { arn: string; add?: Tags; remove?: readonly string[] },
): Promise<void> {
  const { arn, add = {}, remove = [] } = change;
  const id = knowledgeBaseIdOf(scope, arn);
  await context.database.transaction(async (transaction) => {
    const tags = await setKnowledgeBaseTags(transaction, scope, { id, add, remove });
    if (!tags) throw notFound(arn);
    if (Object.keys(tags).length > MOST_TAGS) {
      throw new LoamError('quota-exceeded', { quota: 'tags of a resource', limit: MOST_TAGS });
    }
  });
}

function knowledgeBaseIdOf(scope: Scope, text: string): string {
  const arn = parseArn(text);
  const [type, id] = arn?.resource.split('/') ?? [];
  const own = arn?.service === 'bedrock' && arn.account === scope.account && arn.region === scope.region;
  if (!own || type !== 'knowledge-base' || !id) throw notFound(text);
  return id;
}

function notFound(arn: string): LoamError {
  return new LoamError('resource-not-found', { type: 'resource', id: arn });
}
