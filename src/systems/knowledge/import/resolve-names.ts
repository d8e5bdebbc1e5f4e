import { formatArn, parseArn } from '../../../core/arn.ts';
import type { Scope } from '../../../core/scope.ts';
import type { ResolveNames } from '../../../wire/operation.ts';
import type { KnowledgeContext } from '../context.ts';
import { selectMeantDataSource, selectMeantKnowledgeBase } from '../tables/aliases.ts';

type Members = Readonly<Record<string, unknown>>;

/** Ids that were found to be their own; they never come to mean another. */
const MOST_KNOWN = 10_000;
const CONFIGURATION = 'retrieveAndGenerateConfiguration';

/**
 * The one place where a knowledge base's name in a call becomes its id: the id itself, its ARN, or the id or ARN that it had
 * where it was imported from. Ids of data sources are taken for old ones only beside an old id. What stands for nothing stays
 * as it is, and is not found by whoever looks for it.
 */
export function createNameResolver({ database }: Pick<KnowledgeContext, 'database'>): ResolveNames {
  const known = new Set<string>();
  const meant = async (scope: Scope, name: string): Promise<string> => {
    const named = namedBy(scope, name);
    const key = `${scope.account}/${scope.region}/${named.id}`;
    if (named.arn === null && known.has(key)) return named.id;
    const id = await selectMeantKnowledgeBase(database, scope, named);
    if (id === named.id && known.size < MOST_KNOWN) known.add(key);
    return id ?? (named.arn === null ? named.id : name);
  };
  return async (input, scope) => {
    const { knowledgeBaseId: name, dataSourceId: source, resourceArn: arn } = input;
    if (typeof name === 'string') {
      const id = await meant(scope, name);
      const isOld = id !== name && typeof source === 'string';
      const dataSourceId = isOld && (await selectMeantDataSource(database, scope, { knowledgeBaseId: id, id: source }));
      return { ...input, knowledgeBaseId: id, ...(dataSourceId && { dataSourceId }) };
    }
    if (typeof arn === 'string' && parseArn(arn)?.resource.startsWith('knowledge-base/')) {
      const id = await meant(scope, arn);
      return id === arn ? input : { ...input, resourceArn: formatArn(scope, 'bedrock', `knowledge-base/${id}`) };
    }
    return resolveAsked(input, (nested) => meant(scope, nested));
  };
}

/** The id in a name, and the name itself where it is an ARN of another account or region. */
function namedBy(scope: Scope, name: string): { id: string; arn: string | null } {
  const arn = parseArn(name);
  const [type, id] = arn?.resource.split('/') ?? [];
  if (arn?.service !== 'bedrock' || type !== 'knowledge-base' || !id) return { id: name, arn: null };
  const isOwn = arn.account === scope.account && arn.region === scope.region;
  return { id, arn: isOwn ? null : name };
}

/** RetrieveAndGenerate names its knowledge base two levels deep. */
async function resolveAsked(input: Members, meant: (name: string) => Promise<string>): Promise<Members> {
  const asked = input[CONFIGURATION] as Members | undefined;
  const configuration = asked?.knowledgeBaseConfiguration as Members | undefined;
  const name = configuration?.knowledgeBaseId;
  if (typeof name !== 'string') return input;
  const knowledgeBaseConfiguration = { ...configuration, knowledgeBaseId: await meant(name) };
  return { ...input, [CONFIGURATION]: { ...asked, knowledgeBaseConfiguration } };
}
