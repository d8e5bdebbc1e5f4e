import type {
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import type { Principal } from '../../../../access/principal.ts';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { requireBoundary } from '../../entities/attachments.ts';
import { inUse, invalidInput } from '../../entities/failures.ts';
import { createIdentity, getIdentity, removeIdentity, rename, tagIdentity } from '../../entities/identities.ts';
import { nameKey } from '../../entities/names.ts';
import { readPage } from '../../entities/pages.ts';
import { pageOfTags, readTags } from '../../entities/tags.ts';
import { selectUserKeys } from '../../tables/access-keys.ts';
import { selectGroupsOf } from '../../tables/group-members.ts';
import { selectIdentities } from '../../tables/identities.ts';
import { describeUser, forList } from './shapes.ts';

/** Who is meant where a call names no user: the one who calls. @throws LoamError `request-invalid`. */
export function userOrCaller(name: string | undefined, principal: Principal): string {
  const user = name ?? principal.userName;
  if (user !== undefined) return user;
  throw invalidInput('Must specify userName when calling with non-User credentials');
}

export function createUserOperation(context: IdentityContext): Handler<CreateUserCommand> {
  return async ({ UserName: name, Path: path, Tags, PermissionsBoundary: boundary }, call) => {
    const scope = globalScope(call.scope);
    await requireBoundary(context, scope, boundary);
    const row = await createIdentity(context, scope, { kind: 'user', name, path, tags: readTags(Tags), boundary });
    return { User: describeUser(scope.account, row) };
  };
}

export function getUserOperation(context: IdentityContext): Handler<GetUserCommand> {
  return async ({ UserName }, { scope, principal }) => {
    if (UserName === undefined && principal.type !== 'user') return { User: describeRoot(principal) };
    const row = await getIdentity(context, globalScope(scope), 'user', userOrCaller(UserName, principal));
    return { User: describeUser(scope.account, row) };
  };
}

// Without a name and without being a user: the account itself, which is as old as nothing says.
function describeRoot({ account, arn }: Principal) {
  if (arn !== `arn:aws:iam::${account}:root`) {
    throw invalidInput('Must specify userName when calling with non-User credentials');
  }
  return { Path: '/', UserName: 'root', UserId: account, Arn: arn, CreateDate: new Date(0) };
}

export function listUsersOperation(context: IdentityContext): Handler<ListUsersCommand> {
  return async ({ PathPrefix: pathPrefix = '/', ...page }, call) => {
    const scope = globalScope(call.scope);
    const { items, ...rest } = await readPage(context.pageTokens, page, {
      context: `ListUsers ${scope.account} ${pathPrefix}`,
      select: (after, limit) => selectIdentities(context.database, scope, { kind: 'user', pathPrefix, after, limit }),
      positionOf: ({ name }) => nameKey(name),
    });
    return { Users: items.map((row) => forList(describeUser(scope.account, row))), ...rest };
  };
}

export function updateUserOperation(context: IdentityContext): Handler<UpdateUserCommand> {
  return async ({ UserName, NewUserName, NewPath }, { scope }) => {
    await rename(context, globalScope(scope), { kind: 'user', name: UserName }, { name: NewUserName, path: NewPath });
    return {};
  };
}

export function deleteUserOperation(context: IdentityContext): Handler<DeleteUserCommand> {
  return async ({ UserName: name }, call) => {
    const scope = globalScope(call.scope);
    await removeIdentity(context, scope, { kind: 'user', name }, async (transaction, { id }) => {
      if ((await selectUserKeys(transaction, scope, id)).length > 0) throw inUse('delete access keys');
      if ((await selectGroupsOf(transaction, scope, id)).length > 0) throw inUse('remove users from group');
    });
    return {};
  };
}

export function tagUserOperation(context: IdentityContext): Handler<TagUserCommand> {
  return async ({ UserName: name, Tags }, { scope }) => {
    await tagIdentity(context, globalScope(scope), { kind: 'user', name }, { add: readTags(Tags) });
    return {};
  };
}

export function untagUserOperation(context: IdentityContext): Handler<UntagUserCommand> {
  return async ({ UserName: name, TagKeys }, { scope }) => {
    await tagIdentity(context, globalScope(scope), { kind: 'user', name }, { remove: TagKeys });
    return {};
  };
}

export function listUserTagsOperation(context: IdentityContext): Handler<ListUserTagsCommand> {
  return async ({ UserName, ...page }, { scope }) => {
    const { id, tags } = await getIdentity(context, globalScope(scope), 'user', UserName);
    return pageOfTags(context.pageTokens, page, `ListUserTags ${id}`, tags);
  };
}
