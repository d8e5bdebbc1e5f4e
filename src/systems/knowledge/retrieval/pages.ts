import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { KnowledgeContext } from '../context.ts';
import type { Retrieved, RetrieveRequest } from '../retrieve.ts';

type Context = Pick<KnowledgeContext, 'pageTokens'>;

/** The token of the page after this one; undefined when the ranking ends here. */
export function sealPage(
  { pageTokens }: Context,
  scope: Scope,
  request: RetrieveRequest,
  { next, index }: Pick<Retrieved, 'next' | 'index'>,
): string | undefined {
  return next === undefined ? undefined : pageTokens.seal(boundTo(scope, request), `${index.content}/${next}`);
}

/**
 * Where a token goes on: in the state of the index that the first page was taken from, so that no page repeats or leaves out
 * what a sync has moved meanwhile.
 *
 * @throws LoamError `next-token-invalid` for a token of another question, or an invented one
 */
export function openPage(
  { pageTokens }: Context,
  scope: Scope,
  request: RetrieveRequest,
  token: string,
): Pick<RetrieveRequest, 'recorded' | 'after'> {
  const [content, after] = pageTokens.open(boundTo(scope, request), token).split('/').map(Number);
  if (content === undefined || after === undefined) throw new LoamError('next-token-invalid', {});
  return { recorded: { content }, after };
}

/** Whoever may see something else gets another ranking. */
function boundTo({ account, region }: Scope, request: RetrieveRequest): string {
  const { knowledgeBaseId, text, configuration, visible } = request;
  return JSON.stringify(['Retrieve', account, region, knowledgeBaseId, text, configuration ?? {}, visible ?? null]);
}
