import type {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { invalidInput } from '../../entities/failures.ts';
import { pageOf } from '../../entities/pages.ts';
import { createUserKey, keyNotFound, listUserKeys, removeUserKey, setKeyActive } from '../../entities/user-keys.ts';
import { selectUserKey } from '../../tables/access-keys.ts';
import { selectIdentityById } from '../../tables/identities.ts';
import { userOrCaller } from './users.ts';

export function createAccessKeyOperation(context: IdentityContext): Handler<CreateAccessKeyCommand> {
  return async ({ UserName }, { scope, principal }) => {
    const key = await createUserKey(context, globalScope(scope), userOrCaller(UserName, principal));
    const { id: AccessKeyId, secret: SecretAccessKey, created: CreateDate, userName } = key;
    return { AccessKey: { UserName: userName, AccessKeyId, Status: 'Active', SecretAccessKey, CreateDate } };
  };
}

export function listAccessKeysOperation(context: IdentityContext): Handler<ListAccessKeysCommand> {
  return async ({ UserName: asked, ...page }, { scope, principal }) => {
    const UserName = userOrCaller(asked, principal);
    const all = await listUserKeys(context, globalScope(scope), UserName);
    const { items, ...rest } = await pageOf(context.pageTokens, page, {
      ...{ context: `ListAccessKeys ${scope.account} ${UserName}`, all },
      positionOf: ({ id }) => id,
    });
    const AccessKeyMetadata = items.map(({ id: AccessKeyId, active, created: CreateDate }) => ({
      ...{ UserName, AccessKeyId, CreateDate },
      Status: active ? ('Active' as const) : ('Inactive' as const),
    }));
    return { AccessKeyMetadata, ...rest };
  };
}

export function updateAccessKeyOperation(context: IdentityContext): Handler<UpdateAccessKeyCommand> {
  return async ({ UserName, AccessKeyId: id, Status }, { scope, principal }) => {
    if (Status === 'Expired') throw invalidInput('The status of an access key is Active or Inactive.');
    const user = userOrCaller(UserName, principal);
    await setKeyActive(context, globalScope(scope), { user, id, active: Status === 'Active' });
    return {};
  };
}

export function deleteAccessKeyOperation(context: IdentityContext): Handler<DeleteAccessKeyCommand> {
  return async ({ UserName, AccessKeyId: id }, { scope, principal }) => {
    await removeUserKey(context, globalScope(scope), { user: userOrCaller(UserName, principal), id });
    return {};
  };
}

export function getAccessKeyLastUsedOperation(context: IdentityContext): Handler<GetAccessKeyLastUsedCommand> {
  return async ({ AccessKeyId }, call) => {
    const scope = globalScope(call.scope);
    const key = await selectUserKey(context.database, scope, AccessKeyId);
    const user = key && (await selectIdentityById(context.database, scope, key.userId));
    if (!key || !user) throw keyNotFound(AccessKeyId);
    const use = key.lastUsed
      ? { LastUsedDate: key.lastUsed, Region: key.lastUsedRegion ?? '', ServiceName: key.lastUsedService ?? '' }
      : { Region: 'N/A', ServiceName: 'N/A' };
    return { UserName: user.name, AccessKeyLastUsed: use };
  };
}
