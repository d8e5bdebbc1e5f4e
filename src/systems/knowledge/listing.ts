import type { Page, PageTokens } from '../../core/paging.ts';
import type { Scope } from '../../core/scope.ts';

const DEFAULT_RESULTS = 100;

export interface ListingRequest {
  /** What must stay the same from page to page: the operation and its parameters. */
  readonly operation: string;
  readonly parameters?: readonly unknown[];
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * One page of a listing by key. `select` gives up to `limit` rows after a position, `positionOf` says where a row stands.
 *
 * @throws LoamError `next-token-invalid` for a token of another listing, or an invented one.
 */
export async function listPage<Row>(
  tokens: PageTokens,
  scope: Scope,
  request: ListingRequest,
  source: { select: (after: string, limit: number) => Promise<Row[]>; positionOf: (row: Row) => string },
): Promise<Page<Row>> {
  const context = JSON.stringify([request.operation, scope.account, scope.region, ...(request.parameters ?? [])]);
  const after = request.nextToken === undefined ? '' : tokens.open(context, request.nextToken);
  const limit = request.maxResults ?? DEFAULT_RESULTS;
  const rows = await source.select(after, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, nextToken: tokens.seal(context, source.positionOf(last)) };
}
