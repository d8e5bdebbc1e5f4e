import { z } from 'zod';
import type { Access } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import { formatArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';
import type { Retrievals } from '../../systems/knowledge/index.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

const asked = {
  knowledgeBaseId: z.string().regex(/^[0-9a-zA-Z]{10}$/, 'the ten characters of a knowledge base’s id'),
  text: z.string().min(1).max(20_000),
  filter: z.unknown().optional(),
  numberOfResults: z.int().min(1).max(100).optional(),
  searchType: z.enum(['HYBRID', 'SEMANTIC']).optional(),
  asOf: z.coerce.date().optional(),
};

/**
 * Asking why, and as it stood: each needs its own permission on the knowledge base beside that to retrieve, and sees what the
 * caller may see.
 */
export function retrievalOperations(retrievals: Retrievals, region: string): LoamOperation[] {
  const scopeOf = (principal: Principal): Scope => ({ account: principal.account, region });
  const accessesTo =
    (name: string) =>
    ({ knowledgeBaseId }: { knowledgeBaseId: string }, caller: Principal): Access[] => {
      const resource = formatArn(scopeOf(caller), 'bedrock', `knowledge-base/${knowledgeBaseId}`);
      return [`loam:${name}`, 'bedrock:Retrieve'].map((action) => ({ action, resource }));
    };
  const optionsOf = (name: string) => ({
    accesses: accessesTo(name),
    guard: (access: Access, principal: Principal) =>
      retrievals.guard(access, { scope: scopeOf(principal), principal, operation: name }, {}),
  });
  return [
    loamOperation(
      'ExplainRetrieve',
      z.strictObject(asked),
      (input, caller, { visible, signal }) => retrievals.explain(scopeOf(caller), { ...input, visible }, signal),
      optionsOf('ExplainRetrieve'),
    ),
    loamOperation(
      'RetrieveAsOf',
      z.strictObject(asked),
      (input, caller, { visible, signal }) => retrievals.retrieveAsOf(scopeOf(caller), { ...input, visible }, signal),
      optionsOf('RetrieveAsOf'),
    ),
  ];
}
