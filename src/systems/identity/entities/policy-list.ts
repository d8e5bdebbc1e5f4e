import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { selectUseCounts } from '../tables/attachments.ts';
import { type PolicyRow, selectPolicies } from '../tables/policies.ts';
import { AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import { nameKey } from './names.ts';
import { type PageAnswer, type PageRequest, readPage } from './pages.ts';
import { awsPolicyRow } from './policies.ts';

export interface PolicyFilter extends PageRequest {
  /** All, AWS's or the account's own. */
  readonly Scope?: string | undefined;
  readonly OnlyAttached?: boolean | undefined;
  readonly PathPrefix?: string | undefined;
  readonly PolicyUsageFilter?: string | undefined;
}

export interface ListedPolicy {
  readonly row: PolicyRow;
  readonly uses: { readonly attached: number; readonly boundaries: number };
}

const UNUSED = { attached: 0, boundaries: 0 };
const MOST = 1_000_000;

/** Managed policies in the order of their names, the account's own and AWS's together. */
export async function listPolicies(
  { database, pageTokens }: IdentityContext,
  scope: Scope,
  filter: PolicyFilter,
): Promise<PageAnswer<ListedPolicy>> {
  const { Scope: whose = 'All', OnlyAttached = false, PathPrefix: pathPrefix = '/', PolicyUsageFilter } = filter;
  const counts = new Map((await selectUseCounts(database, scope)).map((row) => [row.policy, row]));
  const fits = ({ row, uses }: ListedPolicy): boolean =>
    row.path.startsWith(pathPrefix) &&
    (!OnlyAttached || uses.attached + uses.boundaries > 0) &&
    (PolicyUsageFilter !== 'PermissionsBoundary' || uses.boundaries > 0) &&
    (PolicyUsageFilter !== 'PermissionsPolicy' || uses.attached > 0);
  const aws = whose === 'Local' ? [] : [...AWS_MANAGED_POLICIES.keys()].flatMap((arn) => awsPolicyRow(arn) ?? []);
  const select = async (after: string, limit: number): Promise<ListedPolicy[]> => {
    // A filter on uses may leave out any row, so that a page cannot be cut in the database then.
    const cut = OnlyAttached || PolicyUsageFilter !== undefined ? MOST : limit;
    const own = whose === 'AWS' ? [] : await selectPolicies(database, scope, { pathPrefix, after, limit: cut });
    return [...own, ...aws.filter(({ name }) => positionOf(name) > after)]
      .map((row) => ({ row, uses: counts.get(row.arn) ?? UNUSED }))
      .filter(fits)
      .sort((one, other) => (positionOf(one.row.name) < positionOf(other.row.name) ? -1 : 1))
      .slice(0, limit);
  };
  const context = `ListPolicies ${scope.account} ${whose} ${OnlyAttached} ${pathPrefix} ${PolicyUsageFilter}`;
  return readPage(pageTokens, filter, { context, select, positionOf: ({ row }) => positionOf(row.name) });
}

const positionOf = (name: string): string => nameKey(name);
