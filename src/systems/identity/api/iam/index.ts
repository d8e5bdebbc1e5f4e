import { partial, real, type ServiceErrors, type ServiceOperations, storedOnly } from '../../../../wire/operation.ts';
import type { IdentityContext } from '../../context.ts';
import * as keys from './access-keys.ts';
import * as account from './account.ts';
import * as attachments from './attachments.ts';
import { getAuthorizationDetailsOperation } from './authorization-details.ts';
import * as groups from './groups.ts';
import { iamGuard } from './guard.ts';
import * as inline from './inline-policies.ts';
import * as nothing from './nothing-of-the-kind.ts';
import { iamPermissions } from './permissions.ts';
import * as policies from './policies.ts';
import * as profiles from './profiles.ts';
import * as providers from './providers.ts';
import * as roles from './roles.ts';
import * as simulation from './simulation.ts';
import * as users from './users.ts';

const NO_POSITIONS = 'Matched statements are named by their policy, without their place in its text.';
const NO_INSTANCES = 'Kept for tools that ask for it: there are no instances that could use one.';
const NO_THUMBPRINTS = 'Thumbprints are kept; certificates of issuers are checked by the authorities of the system.';
const NONE_OF_IT = 'There are none, as their Create operations are not implemented.';

const ERRORS: ServiceErrors = {
  'entity-in-use': 'DeleteConflictException',
  'entity-unmodifiable': 'UnmodifiableEntityException',
  'policy-not-attachable': 'PolicyNotAttachableException',
  'policy-malformed': 'MalformedPolicyDocumentException',
  'policy-too-large': 'LimitExceededException',
  'next-token-invalid': { name: 'ValidationError', status: 400 },
};

export function iamOperations(context: IdentityContext): ServiceOperations {
  return {
    service: 'iam',
    operations: {
      ...userOperations(context),
      ...groupOperations(context),
      ...roleOperations(context),
      ...policyOperations(context),
      ...accountOperations(context),
      ...providerOperations(context),
      ...profileOperations(context),
    },
    permissions: iamPermissions(context),
    guard: iamGuard(context),
    errors: ERRORS,
  };
}

function userOperations(context: IdentityContext) {
  return {
    CreateUser: real(users.createUserOperation(context)),
    GetUser: real(users.getUserOperation(context)),
    ListUsers: real(users.listUsersOperation(context)),
    UpdateUser: real(users.updateUserOperation(context)),
    DeleteUser: real(users.deleteUserOperation(context)),
    TagUser: real(users.tagUserOperation(context)),
    UntagUser: real(users.untagUserOperation(context)),
    ListUserTags: real(users.listUserTagsOperation(context)),
    CreateAccessKey: real(keys.createAccessKeyOperation(context)),
    ListAccessKeys: real(keys.listAccessKeysOperation(context)),
    UpdateAccessKey: real(keys.updateAccessKeyOperation(context)),
    DeleteAccessKey: real(keys.deleteAccessKeyOperation(context)),
    GetAccessKeyLastUsed: real(keys.getAccessKeyLastUsedOperation(context)),
    AttachUserPolicy: real(attachments.attachUserPolicyOperation(context)),
    DetachUserPolicy: real(attachments.detachUserPolicyOperation(context)),
    ListAttachedUserPolicies: real(attachments.listAttachedUserPoliciesOperation(context)),
    PutUserPermissionsBoundary: real(attachments.putUserBoundaryOperation(context)),
    DeleteUserPermissionsBoundary: real(attachments.deleteUserBoundaryOperation(context)),
    PutUserPolicy: real(inline.putUserPolicyOperation(context)),
    GetUserPolicy: real(inline.getUserPolicyOperation(context)),
    ListUserPolicies: real(inline.listUserPoliciesOperation(context)),
    DeleteUserPolicy: real(inline.deleteUserPolicyOperation(context)),
    GetLoginProfile: partial(nothing.getLoginProfileOperation(), NONE_OF_IT),
    ListMFADevices: partial(nothing.listMfaDevicesOperation(), NONE_OF_IT),
    ListVirtualMFADevices: partial(nothing.listVirtualMfaDevicesOperation(), NONE_OF_IT),
    ListSSHPublicKeys: partial(nothing.listSshPublicKeysOperation(), NONE_OF_IT),
    ListSigningCertificates: partial(nothing.listSigningCertificatesOperation(), NONE_OF_IT),
    ListServiceSpecificCredentials: partial(nothing.listServiceSpecificCredentialsOperation(), NONE_OF_IT),
  };
}

function groupOperations(context: IdentityContext) {
  return {
    CreateGroup: real(groups.createGroupOperation(context)),
    GetGroup: real(groups.getGroupOperation(context)),
    ListGroups: real(groups.listGroupsOperation(context)),
    UpdateGroup: real(groups.updateGroupOperation(context)),
    DeleteGroup: real(groups.deleteGroupOperation(context)),
    AddUserToGroup: real(groups.addUserToGroupOperation(context)),
    RemoveUserFromGroup: real(groups.removeUserFromGroupOperation(context)),
    ListGroupsForUser: real(groups.listGroupsForUserOperation(context)),
    AttachGroupPolicy: real(attachments.attachGroupPolicyOperation(context)),
    DetachGroupPolicy: real(attachments.detachGroupPolicyOperation(context)),
    ListAttachedGroupPolicies: real(attachments.listAttachedGroupPoliciesOperation(context)),
    PutGroupPolicy: real(inline.putGroupPolicyOperation(context)),
    GetGroupPolicy: real(inline.getGroupPolicyOperation(context)),
    ListGroupPolicies: real(inline.listGroupPoliciesOperation(context)),
    DeleteGroupPolicy: real(inline.deleteGroupPolicyOperation(context)),
  };
}

function roleOperations(context: IdentityContext) {
  return {
    CreateRole: real(roles.createRoleOperation(context)),
    GetRole: real(roles.getRoleOperation(context)),
    ListRoles: real(roles.listRolesOperation(context)),
    UpdateRole: real(roles.updateRoleOperation(context)),
    UpdateRoleDescription: real(roles.updateRoleDescriptionOperation(context)),
    UpdateAssumeRolePolicy: real(roles.updateAssumeRolePolicyOperation(context)),
    DeleteRole: real(roles.deleteRoleOperation(context)),
    TagRole: real(roles.tagRoleOperation(context)),
    UntagRole: real(roles.untagRoleOperation(context)),
    ListRoleTags: real(roles.listRoleTagsOperation(context)),
    AttachRolePolicy: real(attachments.attachRolePolicyOperation(context)),
    DetachRolePolicy: real(attachments.detachRolePolicyOperation(context)),
    ListAttachedRolePolicies: real(attachments.listAttachedRolePoliciesOperation(context)),
    PutRolePermissionsBoundary: real(attachments.putRoleBoundaryOperation(context)),
    DeleteRolePermissionsBoundary: real(attachments.deleteRoleBoundaryOperation(context)),
    PutRolePolicy: real(inline.putRolePolicyOperation(context)),
    GetRolePolicy: real(inline.getRolePolicyOperation(context)),
    ListRolePolicies: real(inline.listRolePoliciesOperation(context)),
    DeleteRolePolicy: real(inline.deleteRolePolicyOperation(context)),
  };
}

function policyOperations(context: IdentityContext) {
  return {
    CreatePolicy: real(policies.createPolicyOperation(context)),
    GetPolicy: real(policies.getPolicyOperation(context)),
    ListPolicies: real(policies.listPoliciesOperation(context)),
    DeletePolicy: real(policies.deletePolicyOperation(context)),
    CreatePolicyVersion: real(policies.createPolicyVersionOperation(context)),
    GetPolicyVersion: real(policies.getPolicyVersionOperation(context)),
    ListPolicyVersions: real(policies.listPolicyVersionsOperation(context)),
    SetDefaultPolicyVersion: real(policies.setDefaultPolicyVersionOperation(context)),
    DeletePolicyVersion: real(policies.deletePolicyVersionOperation(context)),
    ListEntitiesForPolicy: real(policies.listEntitiesForPolicyOperation(context)),
    TagPolicy: real(policies.tagPolicyOperation(context)),
    UntagPolicy: real(policies.untagPolicyOperation(context)),
    ListPolicyTags: real(policies.listPolicyTagsOperation(context)),
    SimulatePrincipalPolicy: partial(simulation.simulatePrincipalPolicyOperation(context), NO_POSITIONS),
    SimulateCustomPolicy: partial(simulation.simulateCustomPolicyOperation(context), NO_POSITIONS),
    GetContextKeysForCustomPolicy: real(simulation.contextKeysForCustomPolicyOperation()),
    GetContextKeysForPrincipalPolicy: real(simulation.contextKeysForPrincipalPolicyOperation(context)),
  };
}

function accountOperations(context: IdentityContext) {
  return {
    GetAccountSummary: real(account.getAccountSummaryOperation(context)),
    GetAccountAuthorizationDetails: real(getAuthorizationDetailsOperation(context)),
    CreateAccountAlias: real(account.createAliasOperation(context)),
    DeleteAccountAlias: real(account.deleteAliasOperation(context)),
    ListAccountAliases: real(account.listAliasesOperation(context)),
    GetAccountPasswordPolicy: partial(nothing.getPasswordPolicyOperation(), NONE_OF_IT),
    ListSAMLProviders: partial(nothing.listSamlProvidersOperation(), NONE_OF_IT),
    ListServerCertificates: partial(nothing.listServerCertificatesOperation(), NONE_OF_IT),
  };
}

function providerOperations(context: IdentityContext) {
  return {
    CreateOpenIDConnectProvider: partial(providers.createProviderOperation(context), NO_THUMBPRINTS),
    GetOpenIDConnectProvider: real(providers.getProviderOperation(context)),
    ListOpenIDConnectProviders: real(providers.listProvidersOperation(context)),
    DeleteOpenIDConnectProvider: real(providers.deleteProviderOperation(context)),
    AddClientIDToOpenIDConnectProvider: real(providers.addClientIdOperation(context)),
    RemoveClientIDFromOpenIDConnectProvider: real(providers.removeClientIdOperation(context)),
    UpdateOpenIDConnectProviderThumbprint: storedOnly(providers.updateThumbprintOperation(context), NO_THUMBPRINTS),
    TagOpenIDConnectProvider: real(providers.tagProviderOperation(context)),
    UntagOpenIDConnectProvider: real(providers.untagProviderOperation(context)),
    ListOpenIDConnectProviderTags: real(providers.listProviderTagsOperation(context)),
  };
}

function profileOperations(context: IdentityContext) {
  return {
    CreateInstanceProfile: storedOnly(profiles.createProfileOperation(context), NO_INSTANCES),
    GetInstanceProfile: storedOnly(profiles.getProfileOperation(context)),
    ListInstanceProfiles: storedOnly(profiles.listProfilesOperation(context)),
    ListInstanceProfilesForRole: storedOnly(profiles.listProfilesForRoleOperation(context)),
    AddRoleToInstanceProfile: storedOnly(profiles.addRoleOperation(context)),
    RemoveRoleFromInstanceProfile: storedOnly(profiles.removeRoleOperation(context)),
    DeleteInstanceProfile: storedOnly(profiles.deleteProfileOperation(context)),
    TagInstanceProfile: storedOnly(profiles.tagProfileOperation(context)),
    UntagInstanceProfile: storedOnly(profiles.untagProfileOperation(context)),
    ListInstanceProfileTags: storedOnly(profiles.listProfileTagsOperation(context)),
  };
}
