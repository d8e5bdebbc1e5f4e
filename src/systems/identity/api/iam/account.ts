import type {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  GetAccountSummaryCommand,
  ListAccountAliasesCommand,
} from '@aws-sdk/client-iam';
import { LoamError } from '../../../../core/errors.ts';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { LIMITS } from '../../entities/limits.ts';
import { deleteAlias, insertAlias, selectAlias } from '../../tables/account-aliases.ts';
import { countIdentities } from '../../tables/identities.ts';
import { selectProfiles } from '../../tables/instance-profiles.ts';
import { selectProviders } from '../../tables/oidc-providers.ts';
import { countPolicies } from '../../tables/policies.ts';

export function getAccountSummaryOperation({ database }: IdentityContext): Handler<GetAccountSummaryCommand> {
  return async (_input, call) => {
    const scope = globalScope(call.scope);
    const [counts, { policies, versions }, providers, profiles] = await Promise.all([
      countIdentities(database, scope),
      countPolicies(database, scope),
      selectProviders(database, scope),
      selectProfiles(database, scope, { pathPrefix: '/', role: null, after: '', limit: LIMITS.profiles }),
    ]);
    return {
      SummaryMap: {
        ...{ Users: counts.user, UsersQuota: LIMITS.users, Groups: counts.group, GroupsQuota: LIMITS.groups },
        ...{ Roles: counts.role, RolesQuota: LIMITS.roles, Policies: policies, PoliciesQuota: LIMITS.policies },
        ...{ PolicyVersionsInUse: versions, VersionsPerPolicyQuota: LIMITS.versionsOfPolicy },
        ...{ InstanceProfiles: profiles.length, InstanceProfilesQuota: LIMITS.profiles, Providers: providers.length },
        ...{ AccessKeysPerUserQuota: LIMITS.keysOfUser, GroupsPerUserQuota: LIMITS.groupsOfUser },
        ...{ AttachedPoliciesPerUserQuota: LIMITS.attachedToIdentity },
        ...{ AttachedPoliciesPerGroupQuota: LIMITS.attachedToIdentity },
        ...{ AttachedPoliciesPerRoleQuota: LIMITS.attachedToIdentity, PolicySizeQuota: LIMITS.managedPolicySize },
        ...{ UserPolicySizeQuota: LIMITS.inlineUserSize, GroupPolicySizeQuota: LIMITS.inlineGroupSize },
        ...{ RolePolicySizeQuota: LIMITS.inlineRoleSize, AssumeRolePolicySizeQuota: LIMITS.trustPolicySize },
        ...{ MFADevices: 0, MFADevicesInUse: 0, AccountMFAEnabled: 0, AccountAccessKeysPresent: 1 },
        ...{ ServerCertificates: 0, ServerCertificatesQuota: 0 },
      },
    };
  };
}

export function createAliasOperation({ database }: IdentityContext): Handler<CreateAccountAliasCommand> {
  return async ({ AccountAlias: alias }, { scope }) => {
    if (await insertAlias(database, globalScope(scope), alias)) return {};
    throw new LoamError('entity-exists', { message: `The account alias ${alias} already exists.` });
  };
}

export function deleteAliasOperation({ database }: IdentityContext): Handler<DeleteAccountAliasCommand> {
  return async ({ AccountAlias: alias }, { scope }) => {
    if (await deleteAlias(database, globalScope(scope), alias)) return {};
    throw new LoamError('entity-not-found', { message: `The account alias ${alias} cannot be found.` });
  };
}

export function listAliasesOperation({ database }: IdentityContext): Handler<ListAccountAliasesCommand> {
  return async (_input, { scope }) => {
    const alias = await selectAlias(database, globalScope(scope));
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
  };
}
