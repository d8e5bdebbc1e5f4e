import { z } from 'zod';
import type { Retrievals } from '../../systems/knowledge/index.ts';
import { knowledgeBaseReads } from './knowledge-base-reads.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';

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
  const scopeOf = scopesIn(region);
  const reads = knowledgeBaseReads(retrievals, region);
  return [
    loamOperation(
      'ExplainRetrieve',
      z.strictObject(asked),
      (input, caller, { visible, signal }) => retrievals.explain(scopeOf(caller), { ...input, visible }, signal),
      reads('ExplainRetrieve'),
    ),
    loamOperation(
      'RetrieveAsOf',
      z.strictObject(asked),
      (input, caller, { visible, signal }) => retrievals.retrieveAsOf(scopeOf(caller), { ...input, visible }, signal),
      reads('RetrieveAsOf'),
    ),
  ];
}
