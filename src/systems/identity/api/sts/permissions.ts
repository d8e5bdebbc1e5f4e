import type { AssumeRoleCommand, GetAccessKeyInfoCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts';
import type { Access, ConditionKeys } from '../../../../access/policy/contract.ts';
import { type Guard, type Permission, permission } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import type { WireTag } from '../../entities/tags.ts';
import { findRole, mayNotAssume } from '../../sessions/assume-role.ts';
import { roleGuard } from '../../sessions/role-guard.ts';
import { tagKeys } from '../tag-keys.ts';

// Whoever has valid keys may ask who they are of; a web identity proves itself by its token.
const nothing: Permission = () => [];

export const stsPermissions: Readonly<Record<string, Permission>> = {
  AssumeRole: permission<AssumeRoleCommand>((input) => {
    const { RoleArn, RoleSessionName, ExternalId, SourceIdentity, Tags, TransitiveTagKeys } = input;
    const keys: ConditionKeys = {
      'sts:RoleSessionName': RoleSessionName,
      'sts:ExternalId': ExternalId,
      'sts:SourceIdentity': SourceIdentity,
      'sts:TransitiveTagKeys': TransitiveTagKeys,
      ...tagKeys(Tags),
    };
    return sessionAccesses('sts:AssumeRole', RoleArn, keys, { Tags, SourceIdentity });
  }),
  AssumeRoleWithWebIdentity: nothing,
  GetCallerIdentity: nothing,
  // Keys of oneself can do no more than one can without them.
  GetSessionToken: nothing,
  GetAccessKeyInfo: permission<GetAccessKeyInfoCommand>(() => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }]),
  GetFederationToken: permission<GetFederationTokenCommand>(({ Name, Tags }, { scope }) => {
    const resource = `arn:aws:sts::${scope.account}:federated-user/${Name}`;
    return sessionAccesses('sts:GetFederationToken', resource, tagKeys(Tags), { Tags });
  }),
};

/** Tagging a session and naming its source are rights of their own. */
function sessionAccesses(
  action: string,
  resource: string,
  keys: ConditionKeys,
  { Tags = [], SourceIdentity }: { Tags?: readonly WireTag[] | undefined; SourceIdentity?: string | undefined },
): Access[] {
  return [
    { action, resource, keys },
    ...(Tags.length > 0 ? [{ action: 'sts:TagSession', resource, keys }] : []),
    ...(SourceIdentity === undefined ? [] : [{ action: 'sts:SetSourceIdentity', resource, keys }]),
  ];
}

/** What a role says of who may assume it; one that is not there is refused like one that does not trust. */
export function stsGuard(context: IdentityContext): Guard {
  return async ({ resource }, { principal, operation }) => {
    if (operation !== 'AssumeRole') return undefined;
    const role = await findRole(context, resource);
    if (!role) throw mayNotAssume(principal.arn, resource);
    return roleGuard(role);
  };
}
