import { z } from 'zod';
import type { Access } from '../../access/policy/contract.ts';
import type { Principal } from '../../access/principal.ts';
import { formatArn } from '../../core/arn.ts';
import type { Scope } from '../../core/scope.ts';
import type { Knowledge } from '../../systems/knowledge/index.ts';
import { type LoamOperation, loamOperation } from './operation.ts';

const input = z.strictObject({
  knowledgeBaseId: z.string().regex(/^[0-9a-zA-Z]{10}$/, 'the ten characters of a knowledge base’s id'),
});

/** The tables that questions are answered from; it needs its own permission beside that to retrieve, and sees what that sees. */
export function tableOperations(
  { listTables, retrievals }: Pick<Knowledge, 'listTables' | 'retrievals'>,
  region: string,
): LoamOperation[] {
  const scopeOf = (principal: Principal): Scope => ({ account: principal.account, region });
  return [
    loamOperation(
      'ListTables',
      input,
      (request, caller, { visible }) => listTables(scopeOf(caller), { ...request, visible }),
      {
        accesses: ({ knowledgeBaseId }, caller): Access[] => {
          const resource = formatArn(scopeOf(caller), 'bedrock', `knowledge-base/${knowledgeBaseId}`);
          return ['loam:ListTables', 'bedrock:Retrieve'].map((action) => ({ action, resource }));
        },
        guard: (access, principal) =>
          retrievals.guard(access, { scope: scopeOf(principal), principal, operation: 'ListTables' }, {}),
      },
    ),
  ];
}
