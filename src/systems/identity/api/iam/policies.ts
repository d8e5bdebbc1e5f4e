import type {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Scope } from '../../../../core/scope.ts';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { encodeDocument } from '../../entities/documents.ts';
import { pageOf } from '../../entities/pages.ts';
import {
  createPolicy,
  createVersion,
  deletePolicy,
  deleteVersion,
  getPolicy,
  getVersion,
  listVersions,
  readVersionId,
  setDefaultVersion,
  tagPolicy,
} from '../../entities/policies.ts';
import { listPolicies } from '../../entities/policy-list.ts';
import { pageOfTags, readTags } from '../../entities/tags.ts';
import { selectUseCounts, selectUses } from '../../tables/attachments.ts';
import { describePolicy, describeVersion, forList } from './shapes.ts';

const UNUSED = { attached: 0, boundaries: 0 };

async function usesOf({ database }: IdentityContext, scope: Scope, arn: string) {
  return (await selectUseCounts(database, scope)).find(({ policy }) => policy === arn) ?? UNUSED;
}

export function createPolicyOperation(context: IdentityContext): Handler<CreatePolicyCommand> {
  return async ({ PolicyName: name, Path: path, PolicyDocument: document, Description: description, Tags }, call) => {
    const asked = { name, path, document, description, tags: readTags(Tags) };
    return { Policy: describePolicy(await createPolicy(context, globalScope(call.scope), asked), UNUSED) };
  };
}

export function getPolicyOperation(context: IdentityContext): Handler<GetPolicyCommand> {
  return async ({ PolicyArn }, call) => {
    const scope = globalScope(call.scope);
    const row = await getPolicy(context, scope, PolicyArn);
    return { Policy: describePolicy(row, await usesOf(context, scope, row.arn)) };
  };
}

export function listPoliciesOperation(context: IdentityContext): Handler<ListPoliciesCommand> {
  return async (input, call) => {
    const { items, ...rest } = await listPolicies(context, globalScope(call.scope), input);
    // Lists leave the description out as well.
    const Policies = items.map(({ row, uses }) => {
      const { Description: _description, ...policy } = forList(describePolicy(row, uses));
      return policy;
    });
    return { Policies, ...rest };
  };
}

export function deletePolicyOperation(context: IdentityContext): Handler<DeletePolicyCommand> {
  return async ({ PolicyArn }, { scope }) => {
    await deletePolicy(context, globalScope(scope), PolicyArn);
    return {};
  };
}

export function createPolicyVersionOperation(context: IdentityContext): Handler<CreatePolicyVersionCommand> {
  return async ({ PolicyArn: arn, PolicyDocument: document, SetAsDefault: setAsDefault = false }, { scope }) => {
    const made = await createVersion(context, globalScope(scope), { arn, document, setAsDefault });
    return { PolicyVersion: describeVersion(made, made.isDefault ? made.version : 0) };
  };
}

export function getPolicyVersionOperation(context: IdentityContext): Handler<GetPolicyVersionCommand> {
  return async ({ PolicyArn, VersionId }, call) => {
    const scope = globalScope(call.scope);
    const version = await getVersion(context, scope, PolicyArn, readVersionId(VersionId));
    const { defaultVersion } = await getPolicy(context, scope, PolicyArn);
    return {
      PolicyVersion: { ...describeVersion(version, defaultVersion), Document: encodeDocument(version.document) },
    };
  };
}

export function listPolicyVersionsOperation(context: IdentityContext): Handler<ListPolicyVersionsCommand> {
  return async ({ PolicyArn, ...page }, call) => {
    const scope = globalScope(call.scope);
    const { defaultVersion } = await getPolicy(context, scope, PolicyArn);
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      context: `ListPolicyVersions ${scope.account} ${PolicyArn}`,
      all: await listVersions(context, scope, PolicyArn),
      // The newest first.
      positionOf: ({ version }) => String(Number.MAX_SAFE_INTEGER - version),
    });
    return { Versions: items.map((row) => describeVersion(row, defaultVersion)), ...rest };
  };
}

export function setDefaultPolicyVersionOperation(context: IdentityContext): Handler<SetDefaultPolicyVersionCommand> {
  return async ({ PolicyArn, VersionId }, { scope }) => {
    await setDefaultVersion(context, globalScope(scope), PolicyArn, readVersionId(VersionId));
    return {};
  };
}

export function deletePolicyVersionOperation(context: IdentityContext): Handler<DeletePolicyVersionCommand> {
  return async ({ PolicyArn, VersionId }, { scope }) => {
    await deleteVersion(context, globalScope(scope), PolicyArn, readVersionId(VersionId));
    return {};
  };
}

const FILTERS: Readonly<Record<string, string>> = { User: 'user', Role: 'role', Group: 'group' };

export function listEntitiesForPolicyOperation(context: IdentityContext): Handler<ListEntitiesForPolicyCommand> {
  return async ({ PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...page }, call) => {
    const scope = globalScope(call.scope);
    await getPolicy(context, scope, PolicyArn);
    const uses = (await selectUses(context.database, scope, PolicyArn)).filter(
      ({ kind, path, boundary }) =>
        (EntityFilter === undefined || FILTERS[EntityFilter] === kind) &&
        path.startsWith(PathPrefix) &&
        (PolicyUsageFilter === undefined || boundary === (PolicyUsageFilter === 'PermissionsBoundary')),
    );
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      ...{ context: `ListEntitiesForPolicy ${scope.account} ${PolicyArn} ${EntityFilter} ${PathPrefix}`, all: uses },
      positionOf: ({ kind, name, boundary }) => `${kind} ${name} ${boundary}`,
    });
    const of = (wanted: string) => items.filter(({ kind }) => kind === wanted);
    return {
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  };
}

export function tagPolicyOperation(context: IdentityContext): Handler<TagPolicyCommand> {
  return async ({ PolicyArn, Tags }, { scope }) => {
    await tagPolicy(context, globalScope(scope), PolicyArn, { add: readTags(Tags) });
    return {};
  };
}

export function untagPolicyOperation(context: IdentityContext): Handler<UntagPolicyCommand> {
  return async ({ PolicyArn, TagKeys }, { scope }) => {
    await tagPolicy(context, globalScope(scope), PolicyArn, { remove: TagKeys });
    return {};
  };
}

export function listPolicyTagsOperation(context: IdentityContext): Handler<ListPolicyTagsCommand> {
  return async ({ PolicyArn, ...page }, { scope }) => {
    const { id, tags } = await getPolicy(context, globalScope(scope), PolicyArn);
    return pageOfTags(context.pageTokens, page, `ListPolicyTags ${id}`, tags);
  };
}
