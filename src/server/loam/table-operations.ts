import { z } from 'zod';
import type { Knowledge } from '../../systems/knowledge/index.ts';
import { knowledgeBaseReads } from './knowledge-base-reads.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';

const input = z.strictObject({
  knowledgeBaseId: z.string().regex(/^[0-9a-zA-Z]{10}$/, 'the ten characters of a knowledge base’s id'),
});

/** The tables that questions are answered from; it needs its own permission beside that to retrieve, and sees what that sees. */
export function tableOperations(
  { listTables, retrievals }: Pick<Knowledge, 'listTables' | 'retrievals'>,
  region: string,
): LoamOperation[] {
  const scopeOf = scopesIn(region);
  const reads = knowledgeBaseReads(retrievals, region);
  return [
    loamOperation(
      'ListTables',
      input,
      (request, caller, { visible }) => listTables(scopeOf(caller), { ...request, visible }),
      reads('ListTables'),
    ),
  ];
}
