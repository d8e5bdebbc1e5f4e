import type { AccessControlList, Grant, Grantee } from '../access/acl.ts';
import { uriOfGroup } from '../access/acl-request.ts';
import { ownerOf } from './owner.ts';

/** A list as GetBucketAcl and GetObjectAcl answer it: groups first, as S3 has them. */
export function printAcl({ owner, grants }: AccessControlList) {
  return {
    Owner: ownerOf(owner),
    Grants: [...grants.filter(isOfGroup), ...grants.filter((grant) => !isOfGroup(grant))].map(
      ({ grantee, permission }) => ({ Grantee: printGrantee(grantee), Permission: permission }),
    ),
  };
}

function printGrantee(grantee: Grantee) {
  if ('group' in grantee) return { Type: 'Group' as const, URI: uriOfGroup(grantee.group) };
  return { Type: 'CanonicalUser' as const, ...ownerOf(grantee.account) };
}

function isOfGroup({ grantee }: Grant): boolean {
  return 'group' in grantee;
}
