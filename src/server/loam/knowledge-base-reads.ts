import type { Access } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import { formatArn } from '../../core/arn.ts';
import type { Retrievals } from '../../systems/knowledge/index.ts';
import { type LoamOperation, scopesIn } from './operation.ts';

/** What an operation that reads a knowledge base asks of policies, and what that base says of itself. */
type Reads = Required<Pick<LoamOperation, 'guard'>> & {
  accesses(input: { readonly knowledgeBaseId?: string }, caller: Principal): readonly Access[];
};

/**
 * For operations that tell of a knowledge base's passages: each needs its own permission on the base beside that to retrieve from
 * it, and sees what that sees.
 *
 * @example const reads = knowledgeBaseReads(retrievals, region); loamOperation('ListTables', input, run, reads('ListTables'))
 */
export function knowledgeBaseReads({ guard }: Pick<Retrievals, 'guard'>, region: string): (name: string) => Reads {
  const scopeOf = scopesIn(region);
  return (name) => ({
    accesses: ({ knowledgeBaseId = '' }, caller) => {
      const resource = formatArn(scopeOf(caller), 'bedrock', `knowledge-base/${knowledgeBaseId}`);
      return [`loam:${name}`, 'bedrock:Retrieve'].map((action) => ({ action, resource }));
    },
    guard: (access, principal) => guard(access, { scope: scopeOf(principal), principal, operation: name }, {}),
  });
}
