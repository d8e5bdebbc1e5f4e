import type { Access, ConditionKeys } from '../../../../access/policy/contract.ts';
import type { Asking, Permission } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { type EntityKind, entityArn, type IdentityKind } from '../../entities/names.ts';
import { providerArn } from '../../entities/providers.ts';
import type { WireTag } from '../../entities/tags.ts';
import { type IdentityRow, selectIdentity } from '../../tables/identities.ts';
import { selectProfile } from '../../tables/instance-profiles.ts';
import { tagKeys } from '../tag-keys.ts';

/** The members of inputs that rows read, whichever operation has them. */
interface Named {
  readonly UserName?: string;
  readonly GroupName?: string;
  readonly RoleName?: string;
  readonly PolicyName?: string;
  readonly PolicyArn?: string;
  readonly PolicySourceArn?: string;
  readonly InstanceProfileName?: string;
  readonly OpenIDConnectProviderArn?: string;
  readonly Url?: string;
  readonly Path?: string;
  readonly PathPrefix?: string;
  readonly NewUserName?: string;
  readonly NewGroupName?: string;
  readonly NewPath?: string;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly WireTag[];
}

type Row = (input: Named, asking: Asking) => readonly Access[] | Promise<readonly Access[]>;

const OF_USER =
  'DeleteUser GetUser TagUser UntagUser ListUserTags CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey ListGroupsForUser ListUserPolicies GetUserPolicy ListAttachedUserPolicies GetLoginProfile ListMFADevices ListSSHPublicKeys ListSigningCertificates ListServiceSpecificCredentials';
const OF_GROUP =
  'DeleteGroup GetGroup AddUserToGroup RemoveUserFromGroup ListGroupPolicies GetGroupPolicy PutGroupPolicy DeleteGroupPolicy ListAttachedGroupPolicies AttachGroupPolicy DetachGroupPolicy';
const OF_ROLE =
  'DeleteRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole ListRoleTags ListRolePolicies GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole';
// What changes the rights of a user or role can be made to depend on the boundary that it has.
const RIGHTS_OF_USER = 'PutUserPolicy DeleteUserPolicy AttachUserPolicy DetachUserPolicy DeleteUserPermissionsBoundary';
const RIGHTS_OF_ROLE = 'PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy DeleteRolePermissionsBoundary';
const OF_POLICY =
  'GetPolicy DeletePolicy CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags';
const OF_PROVIDER =
  'GetOpenIDConnectProvider DeleteOpenIDConnectProvider AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint TagOpenIDConnectProvider UntagOpenIDConnectProvider ListOpenIDConnectProviderTags';
const OF_PROFILE =
  'GetInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags';
const OF_SOURCE = 'SimulatePrincipalPolicy GetContextKeysForPrincipalPolicy';
const OF_ACCOUNT =
  'ListPolicies ListOpenIDConnectProviders ListSAMLProviders ListServerCertificates ListVirtualMFADevices CreateAccountAlias DeleteAccountAlias ListAccountAliases GetAccountSummary GetAccountAuthorizationDetails GetAccountPasswordPolicy SimulateCustomPolicy GetContextKeysForCustomPolicy';

/** A row for every operation of IAM that is answered: its action is the operation's name. */
export function iamPermissions(context: IdentityContext): Readonly<Record<string, Permission>> {
  const entities = createEntityArns(context);
  const user: Row = (input, asking) => entities.ofIdentity('user', input, asking);
  const group: Row = (input, asking) => entities.ofIdentity('group', input, asking);
  const role: Row = (input, asking) => entities.ofIdentity('role', input, asking);
  return {
    ...rows(OF_USER, user),
    ...rows(OF_GROUP, group),
    ...rows(OF_ROLE, role),
    ...rows(RIGHTS_OF_USER, (input, asking) => entities.withBoundary('user', input, asking)),
    ...rows(RIGHTS_OF_ROLE, (input, asking) => entities.withBoundary('role', input, asking)),
    ...rows('PutUserPermissionsBoundary', user),
    ...rows('PutRolePermissionsBoundary', role),
    ...rows('UpdateUser', (input, asking) => entities.renamed('user', input, asking)),
    ...rows('UpdateGroup', (input, asking) => entities.renamed('group', input, asking)),
    ...rows('CreateUser', created('user')),
    ...rows('CreateGroup', created('group')),
    ...rows('CreateRole', created('role')),
    ...rows('CreatePolicy', created('policy')),
    ...rows('CreateInstanceProfile', created('instance-profile')),
    ...rows('CreateOpenIDConnectProvider', (input, asking) => {
      const url = (input.Url ?? '').replace(/^https?:\/\//, '').replace(/\/$/, '');
      return [accessTo(providerArn(asking.scope.account, url), input, asking)];
    }),
    ...rows('ListUsers', listed('user')),
    ...rows('ListGroups', listed('group')),
    ...rows('ListRoles', listed('role')),
    ...rows('ListInstanceProfiles', listed('instance-profile')),
    ...rows(OF_POLICY, (input, asking) => [accessTo(input.PolicyArn, input, asking)]),
    ...rows(OF_PROVIDER, (input, asking) => [accessTo(input.OpenIDConnectProviderArn, input, asking)]),
    ...rows(OF_PROFILE, entities.ofProfile),
    ...rows('AddRoleToInstanceProfile', async (input, asking) => [
      ...(await entities.ofProfile(input, asking)),
      ...(await entities.passed(input, asking)),
    ]),
    ...rows(OF_SOURCE, (input, asking) => [accessTo(input.PolicySourceArn, input, asking)]),
    // Access keys are found by their id, and the user that has one is not known before.
    ...rows(`${OF_ACCOUNT} GetAccessKeyLastUsed`, (input, asking) => [accessTo('*', input, asking)]),
  };
}

function rows(names: string, row: Row): Record<string, Permission> {
  return Object.fromEntries(names.split(' ').map((name) => [name, row as Permission]));
}

function accessTo(resource: string | undefined, input: Named, { operation }: Asking, keys: ConditionKeys = {}): Access {
  const { PolicyArn, PermissionsBoundary, Tags } = input;
  return {
    action: `iam:${operation}`,
    resource: resource ?? '*',
    keys: {
      ...tagKeys(Tags),
      ...(PolicyArn !== undefined && { 'iam:PolicyARN': PolicyArn }),
      ...(PermissionsBoundary !== undefined && { 'iam:PermissionsBoundary': PermissionsBoundary }),
      ...keys,
    },
  };
}

const NAMES = {
  user: 'UserName',
  group: 'GroupName',
  role: 'RoleName',
  policy: 'PolicyName',
  'instance-profile': 'InstanceProfileName',
} as const satisfies Record<EntityKind, keyof Named>;

function created(kind: EntityKind): Row {
  return (input, asking) => {
    const { [NAMES[kind]]: name = '', Path = '/' } = input;
    return [accessTo(entityArn(asking.scope.account, kind, Path, name), input, asking)];
  };
}

function listed(kind: EntityKind): Row {
  return (input, asking) => [
    accessTo(entityArn(asking.scope.account, kind, input.PathPrefix ?? '/', ''), input, asking),
  ];
}

/** ARNs hold paths, which inputs do not name: they are looked up, and are `/` for what is not there. */
function createEntityArns({ database }: IdentityContext) {
  const find = async (kind: IdentityKind, input: Named, { scope, principal }: Asking) => {
    const name = input[NAMES[kind]] ?? (kind === 'user' ? principal.userName : undefined);
    const row = name === undefined ? undefined : await selectIdentity(database, globalScope(scope), { kind, name });
    return { arn: arnOf(scope.account, kind, row, name), row };
  };
  const ofIdentity = async (kind: IdentityKind, input: Named, asking: Asking): Promise<Access[]> => [
    accessTo((await find(kind, input, asking)).arn, input, asking),
  ];
  return {
    ofIdentity,
    async withBoundary(kind: IdentityKind, input: Named, asking: Asking): Promise<Access[]> {
      const { arn, row } = await find(kind, input, asking);
      return [accessTo(arn, input, asking, row?.boundary ? { 'iam:PermissionsBoundary': row.boundary } : {})];
    },
    /** Whoever moves an entity must be allowed both ends. */
    async renamed(kind: 'user' | 'group', input: Named, asking: Asking): Promise<Access[]> {
      const { arn, row } = await find(kind, input, asking);
      const { NewPath, NewUserName, NewGroupName } = input;
      const name = (kind === 'user' ? NewUserName : NewGroupName) ?? row?.name ?? '';
      const target = entityArn(asking.scope.account, kind, NewPath ?? row?.path ?? '/', name);
      return [accessTo(arn, input, asking), ...(target === arn ? [] : [accessTo(target, input, asking)])];
    },
    async ofProfile(input: Named, asking: Asking): Promise<Access[]> {
      const { InstanceProfileName: name = '' } = input;
      const row = await selectProfile(database, globalScope(asking.scope), name);
      const arn = entityArn(asking.scope.account, 'instance-profile', row?.path ?? '/', row?.name ?? name);
      return [accessTo(arn, input, asking)];
    },
    async passed(input: Named, asking: Asking): Promise<Access[]> {
      const { arn = '*' } = await find('role', input, asking);
      return [{ action: 'iam:PassRole', resource: arn, keys: { 'iam:PassedToService': 'ec2.amazonaws.com' } }];
    },
  };
}

/** Without a name and without being a user the account itself is meant. */
function arnOf(account: string, kind: IdentityKind, row: IdentityRow | undefined, name: string | undefined) {
  if (name === undefined) return `arn:aws:iam::${account}:root`;
  return entityArn(account, kind, row?.path ?? '/', row?.name ?? name);
}
