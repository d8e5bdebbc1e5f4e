import type { PageTokens } from '../../../core/paging.ts';
import type { Scope } from '../../../core/scope.ts';

interface PageInput {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface MarkedPage<Row> {
  readonly rows: Row[];
  readonly rest: { readonly NextMarker?: string; readonly Truncated: boolean };
}

/**
 * Reads one page of a listing, and tells where the next one begins.
 *
 * @param select reads so many rows after a position; the first page begins after the empty text
 */
export async function readPage<Row>(
  { pageTokens, scope, input, name }: { pageTokens: PageTokens; scope: Scope; input: PageInput; name: string },
  defaultLimit: number,
  select: (after: string, limit: number) => Promise<Row[]>,
  positionOf: (row: Row) => string,
): Promise<MarkedPage<Row>> {
  const context = `kms/${name}/${scope.account}/${scope.region}`;
  const limit = input.Limit ?? defaultLimit;
  const rows = await select(input.Marker === undefined ? '' : pageTokens.open(context, input.Marker), limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page, rest: { Truncated: false } };
  return { rows: page, rest: { Truncated: true, NextMarker: pageTokens.seal(context, positionOf(last)) } };
}
