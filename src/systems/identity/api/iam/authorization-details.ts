import type { GetAccountAuthorizationDetailsCommand } from '@aws-sdk/client-iam';
import type { Scope } from '../../../../core/scope.ts';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { encodeDocument } from '../../entities/documents.ts';
import { LIMITS } from '../../entities/limits.ts';
import { listGroupsOf } from '../../entities/members.ts';
import { type IdentityKind, nameKey } from '../../entities/names.ts';
import { pageOf } from '../../entities/pages.ts';
import { listVersions } from '../../entities/policies.ts';
import { type ListedPolicy, listPolicies } from '../../entities/policy-list.ts';
import { selectAttached } from '../../tables/attachments.ts';
import { type IdentityRow, selectIdentities, selectIdentityById } from '../../tables/identities.ts';
import { selectInlinePolicies } from '../../tables/inline-policies.ts';
import { selectProfiles } from '../../tables/instance-profiles.ts';
import {
  describeGroup,
  describeLastUse,
  describePolicy,
  describeProfile,
  describeRole,
  describeUser,
  describeVersion,
} from './shapes.ts';

type Entity = { readonly type: IdentityKind; readonly row: IdentityRow } | ({ readonly type: 'policy' } & ListedPolicy);

const KINDS = { User: 'user', Group: 'group', Role: 'role' } as const;

async function entitiesOf(context: IdentityContext, scope: Scope, filter: readonly string[]): Promise<Entity[]> {
  const wants = (type: string): boolean => filter.length === 0 || filter.includes(type);
  const page = { pathPrefix: '/', after: '', limit: LIMITS.users };
  const identities = Object.entries(KINDS)
    .filter(([type]) => wants(type))
    .map(async ([, kind]) => {
      const rows = await selectIdentities(context.database, scope, { ...page, kind });
      return rows.map((row) => ({ type: kind, row }));
    });
  const own = wants('LocalManagedPolicy');
  const aws = wants('AWSManagedPolicy');
  const whose = own && aws ? 'All' : own ? 'Local' : 'AWS';
  const policies =
    own || aws ? await listPolicies(context, scope, { Scope: whose, MaxItems: LIMITS.policies }) : { items: [] };
  return [
    ...(await Promise.all(identities)).flat(),
    ...policies.items.map((one) => ({ type: 'policy' as const, ...one })),
  ];
}

/** Managed policies in the words of a list, and inline ones with their documents. */
async function policiesOf({ database }: IdentityContext, scope: Scope, { id }: IdentityRow) {
  const [attached, inline] = await Promise.all([
    selectAttached(database, scope, id),
    selectInlinePolicies(database, scope, id),
  ]);
  return {
    attached: attached.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1) })),
    inline: inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) })),
  };
}

async function describeUserWhole(context: IdentityContext, scope: Scope, row: IdentityRow) {
  const { attached, inline } = await policiesOf(context, scope, row);
  const groups = await listGroupsOf(context, scope, row.name);
  return {
    ...describeUser(scope.account, row),
    ...{ UserPolicyList: inline, AttachedManagedPolicies: attached, GroupList: groups.map(({ name }) => name) },
  };
}

async function describeGroupWhole(context: IdentityContext, scope: Scope, row: IdentityRow) {
  const { attached, inline } = await policiesOf(context, scope, row);
  return { ...describeGroup(scope.account, row), GroupPolicyList: inline, AttachedManagedPolicies: attached };
}

async function describeRoleWhole(context: IdentityContext, scope: Scope, row: IdentityRow) {
  const { attached, inline } = await policiesOf(context, scope, row);
  const page = { pathPrefix: '/', role: row.id, after: '', limit: LIMITS.profiles };
  const profiles = await selectProfiles(context.database, scope, page);
  const role = await selectIdentityById(context.database, scope, row.id);
  const { Description: _description, MaxSessionDuration: _seconds, ...described } = describeRole(scope.account, row);
  return {
    ...{ ...described, ...describeLastUse(row), RolePolicyList: inline, AttachedManagedPolicies: attached },
    InstanceProfileList: profiles.map((profile) => describeProfile(scope.account, profile, role)),
  };
}

async function describePolicyWhole(context: IdentityContext, scope: Scope, { row, uses }: ListedPolicy) {
  const versions = await listVersions(context, scope, row.arn);
  const { Tags: _tags, ...described } = describePolicy(row, uses);
  return {
    ...described,
    PolicyVersionList: versions.map((version) => ({
      ...describeVersion(version, row.defaultVersion),
      Document: encodeDocument(version.document),
    })),
  };
}

export function getAuthorizationDetailsOperation(
  context: IdentityContext,
): Handler<GetAccountAuthorizationDetailsCommand> {
  return async ({ Filter = [], ...page }, call) => {
    const scope = globalScope(call.scope);
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      context: `GetAccountAuthorizationDetails ${scope.account} ${Filter.join()}`,
      all: await entitiesOf(context, scope, Filter),
      positionOf: ({ type, row }) => `${type} ${nameKey(row.name)}`,
    });
    const rowsOf = (kind: IdentityKind) => items.flatMap((one) => (one.type === kind ? [one.row as IdentityRow] : []));
    const policies = items.flatMap((one) => (one.type === 'policy' ? [one] : []));
    return {
      UserDetailList: await inTurn(rowsOf('user'), (row) => describeUserWhole(context, scope, row)),
      GroupDetailList: await inTurn(rowsOf('group'), (row) => describeGroupWhole(context, scope, row)),
      RoleDetailList: await inTurn(rowsOf('role'), (row) => describeRoleWhole(context, scope, row)),
      Policies: await inTurn(policies, (one) => describePolicyWhole(context, scope, one)),
      ...rest,
    };
  };
}

// A page may hold a thousand entities: asked for at once they would take every connection.
async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
