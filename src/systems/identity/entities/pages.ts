import type { PageTokens } from '../../../core/paging.ts';

/** What a listing of IAM asks for. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** How IAM says whether there is more. */
export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const DEFAULT_ITEMS = 100;

interface Listing<Item> {
  /** Operation, account and filters: a marker is good for this list alone. */
  readonly context: string;
  /** At most `limit` items whose position is after `after`, in order; '' begins. */
  select(after: string, limit: number): Promise<readonly Item[]>;
  positionOf(item: Item): string;
}

/** One page of a list. @throws LoamError `next-token-invalid` for a marker of another list. */
export async function readPage<Item>(
  tokens: PageTokens,
  { Marker, MaxItems = DEFAULT_ITEMS }: PageRequest,
  { context, select, positionOf }: Listing<Item>,
): Promise<PageAnswer<Item>> {
  const after = Marker === undefined ? '' : tokens.open(context, Marker);
  const found = await select(after, MaxItems + 1);
  const items = found.slice(0, MaxItems);
  const last = items.at(-1);
  if (found.length <= MaxItems || last === undefined) return { items, IsTruncated: false };
  return { items, IsTruncated: true, Marker: tokens.seal(context, positionOf(last)) };
}

/** A page of what is at hand as a whole. */
export function pageOf<Item>(
  tokens: PageTokens,
  request: PageRequest,
  listing: Omit<Listing<Item>, 'select'> & { readonly all: readonly Item[] },
): Promise<PageAnswer<Item>> {
  const { all, positionOf } = listing;
  const sorted = [...all].sort((one, other) => (positionOf(one) < positionOf(other) ? -1 : 1));
  const select = async (after: string, limit: number) =>
    sorted.filter((item) => positionOf(item) > after).slice(0, limit);
  return readPage(tokens, request, { ...listing, select });
}
