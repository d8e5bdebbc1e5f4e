import { z } from 'zod';
import type { Knowledge } from '../../systems/knowledge/index.ts';
import { knowledgeBaseReads } from './knowledge-base-reads.ts';
import { type LoamOperation, loamOperation, scopesIn } from './operation.ts';
import { tableOperations } from './table-operations.ts';

const input = z.strictObject({
  knowledgeBaseId: z.string().regex(/^[0-9a-zA-Z]{10}$/, 'the ten characters of a knowledge base’s id'),
  dataSourceId: z.string().regex(/^[0-9a-zA-Z]{10}$/, 'the ten characters of a data source’s id'),
  document: z.string().min(1).max(2_048),
  page: z.int().min(1).optional(),
  passage: z.string().max(200_000).optional(),
});

/** The tables of documents, and looking at a document that passages are from; it needs its own permission beside that to retrieve, and sees what that sees. */
export function documentOperations(
  knowledge: Pick<Knowledge, 'viewDocument' | 'listTables' | 'retrievals'>,
  region: string,
): LoamOperation[] {
  const { viewDocument, retrievals } = knowledge;
  const scopeOf = scopesIn(region);
  const reads = knowledgeBaseReads(retrievals, region);
  return [
    ...tableOperations(knowledge, region),
    loamOperation(
      'ViewDocument',
      input,
      (request, caller, { visible, signal }) => viewDocument(scopeOf(caller), { ...request, visible }, signal),
      reads('ViewDocument'),
    ),
  ];
}
