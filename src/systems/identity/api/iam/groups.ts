import type {
  AddUserToGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { inUse } from '../../entities/failures.ts';
import { createIdentity, getIdentity, removeIdentity, rename } from '../../entities/identities.ts';
import { addToGroup, listGroupsOf, listMembersOf, removeFromGroup } from '../../entities/members.ts';
import { nameKey } from '../../entities/names.ts';
import { pageOf, readPage } from '../../entities/pages.ts';
import { selectMembersOf } from '../../tables/group-members.ts';
import { selectIdentities } from '../../tables/identities.ts';
import { describeGroup, describeUser, forList } from './shapes.ts';

export function createGroupOperation(context: IdentityContext): Handler<CreateGroupCommand> {
  return async ({ GroupName: name, Path: path }, { scope }) => {
    const row = await createIdentity(context, globalScope(scope), { kind: 'group', name, path });
    return { Group: describeGroup(scope.account, row) };
  };
}

export function getGroupOperation(context: IdentityContext): Handler<GetGroupCommand> {
  return async ({ GroupName, ...page }, call) => {
    const scope = globalScope(call.scope);
    const group = await getIdentity(context, scope, 'group', GroupName);
    const all = await listMembersOf(context, scope, group);
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      ...{ context: `GetGroup ${group.id}`, all },
      positionOf: ({ name }) => nameKey(name),
    });
    const Users = items.map((row) => forList(describeUser(scope.account, row)));
    return { Group: describeGroup(scope.account, group), Users, ...rest };
  };
}

export function listGroupsOperation(context: IdentityContext): Handler<ListGroupsCommand> {
  return async ({ PathPrefix: pathPrefix = '/', ...page }, call) => {
    const scope = globalScope(call.scope);
    const { items, ...rest } = await readPage(context.pageTokens, page, {
      context: `ListGroups ${scope.account} ${pathPrefix}`,
      select: (after, limit) => selectIdentities(context.database, scope, { kind: 'group', pathPrefix, after, limit }),
      positionOf: ({ name }) => nameKey(name),
    });
    return { Groups: items.map((row) => describeGroup(scope.account, row)), ...rest };
  };
}

export function listGroupsForUserOperation(context: IdentityContext): Handler<ListGroupsForUserCommand> {
  return async ({ UserName, ...page }, call) => {
    const scope = globalScope(call.scope);
    const all = await listGroupsOf(context, scope, UserName);
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      ...{ context: `ListGroupsForUser ${scope.account} ${nameKey(UserName)}`, all },
      positionOf: ({ name }) => nameKey(name),
    });
    return { Groups: items.map((row) => describeGroup(scope.account, row)), ...rest };
  };
}

export function updateGroupOperation(context: IdentityContext): Handler<UpdateGroupCommand> {
  return async ({ GroupName, NewGroupName, NewPath }, { scope }) => {
    await rename(
      context,
      globalScope(scope),
      { kind: 'group', name: GroupName },
      { name: NewGroupName, path: NewPath },
    );
    return {};
  };
}

export function deleteGroupOperation(context: IdentityContext): Handler<DeleteGroupCommand> {
  return async ({ GroupName: name }, call) => {
    const scope = globalScope(call.scope);
    await removeIdentity(context, scope, { kind: 'group', name }, async (transaction, { id }) => {
      if ((await selectMembersOf(transaction, scope, id)).length > 0) throw inUse('remove users from group');
    });
    return {};
  };
}

export function addUserToGroupOperation(context: IdentityContext): Handler<AddUserToGroupCommand> {
  return async ({ GroupName: group, UserName: user }, { scope }) => {
    await addToGroup(context, globalScope(scope), { group, user });
    return {};
  };
}

export function removeUserFromGroupOperation(context: IdentityContext): Handler<RemoveUserFromGroupCommand> {
  return async ({ GroupName: group, UserName: user }, { scope }) => {
    await removeFromGroup(context, globalScope(scope), { group, user });
    return {};
  };
}
