import type {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { requireBoundary } from '../../entities/attachments.ts';
import { inUse } from '../../entities/failures.ts';
import { getIdentity, removeIdentity, tagIdentity } from '../../entities/identities.ts';
import { nameKey } from '../../entities/names.ts';
import { readPage } from '../../entities/pages.ts';
import { changeRole, createRole } from '../../entities/roles.ts';
import { pageOfTags, readTags } from '../../entities/tags.ts';
import { selectIdentities } from '../../tables/identities.ts';
import { selectProfiles } from '../../tables/instance-profiles.ts';
import { describeLastUse, describeRole, forList } from './shapes.ts';

export function createRoleOperation(context: IdentityContext): Handler<CreateRoleCommand> {
  return async (input, call) => {
    const scope = globalScope(call.scope);
    await requireBoundary(context, scope, input.PermissionsBoundary);
    const row = await createRole(context, scope, {
      ...{ name: input.RoleName, path: input.Path, trust: input.AssumeRolePolicyDocument },
      ...{ description: input.Description, maxSession: input.MaxSessionDuration },
      ...{ tags: readTags(input.Tags), boundary: input.PermissionsBoundary },
    });
    return { Role: describeRole(scope.account, row) };
  };
}

export function getRoleOperation(context: IdentityContext): Handler<GetRoleCommand> {
  return async ({ RoleName }, { scope }) => {
    const row = await getIdentity(context, globalScope(scope), 'role', RoleName);
    return { Role: { ...describeRole(scope.account, row), ...describeLastUse(row) } };
  };
}

export function listRolesOperation(context: IdentityContext): Handler<ListRolesCommand> {
  return async ({ PathPrefix: pathPrefix = '/', ...page }, call) => {
    const scope = globalScope(call.scope);
    const { items, ...rest } = await readPage(context.pageTokens, page, {
      context: `ListRoles ${scope.account} ${pathPrefix}`,
      select: (after, limit) => selectIdentities(context.database, scope, { kind: 'role', pathPrefix, after, limit }),
      positionOf: ({ name }) => nameKey(name),
    });
    return { Roles: items.map((row) => forList(describeRole(scope.account, row))), ...rest };
  };
}

export function updateRoleOperation(context: IdentityContext): Handler<UpdateRoleCommand> {
  return async ({ RoleName, Description: description, MaxSessionDuration: maxSession }, { scope }) => {
    await changeRole(context, globalScope(scope), RoleName, { description, maxSession });
    return {};
  };
}

export function updateRoleDescriptionOperation(context: IdentityContext): Handler<UpdateRoleDescriptionCommand> {
  return async ({ RoleName, Description: description }, { scope }) => {
    const row = await changeRole(context, globalScope(scope), RoleName, { description });
    return { Role: describeRole(scope.account, row) };
  };
}

export function updateAssumeRolePolicyOperation(context: IdentityContext): Handler<UpdateAssumeRolePolicyCommand> {
  return async ({ RoleName, PolicyDocument: trust }, { scope }) => {
    await changeRole(context, globalScope(scope), RoleName, { trust });
    return {};
  };
}

export function deleteRoleOperation(context: IdentityContext): Handler<DeleteRoleCommand> {
  return async ({ RoleName: name }, call) => {
    const scope = globalScope(call.scope);
    await removeIdentity(context, scope, { kind: 'role', name }, async (transaction, { id: role }) => {
      const inProfiles = await selectProfiles(transaction, scope, { pathPrefix: '/', role, after: '', limit: 1 });
      if (inProfiles.length > 0) throw inUse('remove roles from instance profile');
    });
    return {};
  };
}

export function tagRoleOperation(context: IdentityContext): Handler<TagRoleCommand> {
  return async ({ RoleName: name, Tags }, { scope }) => {
    await tagIdentity(context, globalScope(scope), { kind: 'role', name }, { add: readTags(Tags) });
    return {};
  };
}

export function untagRoleOperation(context: IdentityContext): Handler<UntagRoleCommand> {
  return async ({ RoleName: name, TagKeys }, { scope }) => {
    await tagIdentity(context, globalScope(scope), { kind: 'role', name }, { remove: TagKeys });
    return {};
  };
}

export function listRoleTagsOperation(context: IdentityContext): Handler<ListRoleTagsCommand> {
  return async ({ RoleName, ...page }, { scope }) => {
    const { id, tags } = await getIdentity(context, globalScope(scope), 'role', RoleName);
    return pageOfTags(context.pageTokens, page, `ListRoleTags ${id}`, tags);
  };
}
