import type { Principal } from '../../../access/principal.ts';

/** What an access control list can grant on a bucket or an object (Amazon S3 user guide, "Access control list overview"). */
export const ACL_PERMISSIONS = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;
export type AclPermission = (typeof ACL_PERMISSIONS)[number];

/** The groups that a grant can be made to: everybody, everybody who signs, and the delivery of access logs. */
export const ACL_GROUPS = ['AllUsers', 'AuthenticatedUsers', 'LogDelivery'] as const;
export type AclGroup = (typeof ACL_GROUPS)[number];

/** An account by its number, or a group. */
export type Grantee = { readonly account: string } | { readonly group: AclGroup };

export interface Grant {
  readonly grantee: Grantee;
  readonly permission: AclPermission;
}

/** Who owns a bucket or an object by its account, and what is granted to whom. Kept as JSON, without the owner. */
export interface AccessControlList {
  readonly owner: string;
  readonly grants: readonly Grant[];
}

/** What everything has that nobody set a list for: its owner alone may use it. */
export function privateAcl(owner: string): AccessControlList {
  return { owner, grants: [{ grantee: { account: owner }, permission: 'FULL_CONTROL' }] };
}

/** Whether all that a list says is that its owner has full control: the only one where lists are disabled. */
export function isPrivate({ owner, grants }: AccessControlList): boolean {
  const [grant] = grants;
  return (
    grants.length === 1 &&
    grant?.permission === 'FULL_CONTROL' &&
    'account' in grant.grantee &&
    grant.grantee.account === owner
  );
}

export function grantsPublicly({ grants }: Pick<AccessControlList, 'grants'>): boolean {
  return grants.some(({ grantee }) => isPublicGrantee(grantee));
}

/** S3 calls public what is granted to everybody, and to everybody with an account somewhere. */
export function isPublicGrantee(grantee: Grantee): boolean {
  return 'group' in grantee && grantee.group !== 'LogDelivery';
}

/**
 * The grant of a list that lets a principal do something, if one does.
 *
 * @param options.ignorePublic leaves out what is granted publicly, as IgnorePublicAcls asks
 */
export function findGrant(
  { grants }: Pick<AccessControlList, 'grants'>,
  principal: Principal,
  permission: AclPermission,
  options: { readonly ignorePublic: boolean },
): Grant | undefined {
  return grants.find(
    (grant) =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') &&
      includes(grant.grantee, principal) &&
      !(options.ignorePublic && isPublicGrantee(grant.grantee)),
  );
}

function includes(grantee: Grantee, principal: Principal): boolean {
  if ('account' in grantee) return principal.type !== 'anonymous' && grantee.account === principal.account;
  if (grantee.group === 'AllUsers') return true;
  return grantee.group === 'AuthenticatedUsers' && principal.type !== 'anonymous';
}

/** The words that a *why* calls a grant by. */
export function describeGrant({ grantee, permission }: Grant, of: 'bucket' | 'object'): string {
  const whom = 'account' in grantee ? `account ${grantee.account}` : `the group ${grantee.group}`;
  return `the ${of}'s access control list grants ${permission} to ${whom}`;
}

/** Whether two lists grant the same, in the same order. */
export function isSameAcl(one: AccessControlList, other: AccessControlList): boolean {
  return one.owner === other.owner && wordsOf(one) === wordsOf(other);
}

function wordsOf({ grants }: AccessControlList): string {
  return grants.map((grant) => describeGrant(grant, 'bucket')).join('\n');
}
