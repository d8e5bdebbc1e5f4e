import { isLoamError, LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import type { IndexSearch, SearchedIndex } from '../retrieval/index-search.ts';
import { selectLostDocuments } from '../tables/lost-documents.ts';
import { findDamage } from './damage.ts';

const DOCUMENTS_NAMED = 5;
const EXPLAIN_MS = 120_000;

/** A search that says what was lost when its index is damaged, and has it written down so that a sync brings it back. */
export function reportingDamage(context: KnowledgeContext, search: IndexSearch): IndexSearch {
  return {
    ...search,
    async search(scope, index, query, signal) {
      try {
        return await search.search(scope, index, query, signal);
      } catch (error) {
        // What does not exist for the caller must not be named either.
        throw await explain(context, scope, index, { error, mayName: query.visible === undefined });
      }
    },
  };
}

async function explain(
  context: KnowledgeContext,
  scope: Scope,
  { knowledgeBaseId, snapshot }: SearchedIndex,
  { error, mayName }: { error: unknown; mayName: boolean },
): Promise<unknown> {
  if (snapshot || !isLoamError(error, 'segment-damaged')) return error;
  const signal = AbortSignal.timeout(EXPLAIN_MS);
  if (!(await findDamage(context, scope, { knowledgeBaseId, all: true, signal }))) return error;
  const of = { knowledgeBaseId, limit: DOCUMENTS_NAMED };
  const { documents, keys } = await selectLostDocuments(context.database, scope, of);
  const named = `${documents} documents (${keys.join(', ')}${documents > keys.length ? ', …' : ''})`;
  const lost = mayName ? named : 'some documents';
  return new LoamError('index-damaged', { id: knowledgeBaseId, lost }, { cause: error });
}
