import type {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { Scope } from '../../../../core/scope.ts';
import type { Handler } from '../../../../wire/operation.ts';
import { globalScope, type IdentityContext } from '../../context.ts';
import { getIdentity } from '../../entities/identities.ts';
import { nameKey } from '../../entities/names.ts';
import { type PageRequest, readPage } from '../../entities/pages.ts';
import { addRole, createProfile, deleteProfile, getProfile, removeRole, tagProfile } from '../../entities/profiles.ts';
import { pageOfTags, readTags } from '../../entities/tags.ts';
import { selectIdentityById } from '../../tables/identities.ts';
import { type ProfileRow, selectProfiles } from '../../tables/instance-profiles.ts';
import { describeProfile } from './shapes.ts';

async function describe({ database }: IdentityContext, scope: Scope, row: ProfileRow) {
  const role = row.role === null ? undefined : await selectIdentityById(database, scope, row.role);
  return describeProfile(scope.account, row, role);
}

async function list(
  context: IdentityContext,
  scope: Scope,
  page: PageRequest,
  { pathPrefix, role }: { pathPrefix: string; role: string | null },
) {
  const { items, ...rest } = await readPage(context.pageTokens, page, {
    context: `ListInstanceProfiles ${scope.account} ${pathPrefix} ${role}`,
    select: (after, limit) => selectProfiles(context.database, scope, { pathPrefix, role, after, limit }),
    positionOf: ({ name }) => nameKey(name),
  });
  return { InstanceProfiles: await Promise.all(items.map((row) => describe(context, scope, row))), ...rest };
}

export function createProfileOperation(context: IdentityContext): Handler<CreateInstanceProfileCommand> {
  return async ({ InstanceProfileName: name, Path: path, Tags }, call) => {
    const scope = globalScope(call.scope);
    const row = await createProfile(context, scope, { name, path, tags: readTags(Tags) });
    return { InstanceProfile: await describe(context, scope, row) };
  };
}

export function getProfileOperation(context: IdentityContext): Handler<GetInstanceProfileCommand> {
  return async ({ InstanceProfileName }, call) => {
    const scope = globalScope(call.scope);
    return { InstanceProfile: await describe(context, scope, await getProfile(context, scope, InstanceProfileName)) };
  };
}

export function listProfilesOperation(context: IdentityContext): Handler<ListInstanceProfilesCommand> {
  return ({ PathPrefix: pathPrefix = '/', ...page }, { scope }) =>
    list(context, globalScope(scope), page, { pathPrefix, role: null });
}

export function listProfilesForRoleOperation(context: IdentityContext): Handler<ListInstanceProfilesForRoleCommand> {
  return async ({ RoleName, ...page }, call) => {
    const scope = globalScope(call.scope);
    const { id } = await getIdentity(context, scope, 'role', RoleName);
    return list(context, scope, page, { pathPrefix: '/', role: id });
  };
}

export function addRoleOperation(context: IdentityContext): Handler<AddRoleToInstanceProfileCommand> {
  return async ({ InstanceProfileName: profile, RoleName: role }, { scope }) => {
    await addRole(context, globalScope(scope), { profile, role });
    return {};
  };
}

export function removeRoleOperation(context: IdentityContext): Handler<RemoveRoleFromInstanceProfileCommand> {
  return async ({ InstanceProfileName: profile, RoleName: role }, { scope }) => {
    await removeRole(context, globalScope(scope), { profile, role });
    return {};
  };
}

export function deleteProfileOperation(context: IdentityContext): Handler<DeleteInstanceProfileCommand> {
  return async ({ InstanceProfileName }, { scope }) => {
    await deleteProfile(context, globalScope(scope), InstanceProfileName);
    return {};
  };
}

export function tagProfileOperation(context: IdentityContext): Handler<TagInstanceProfileCommand> {
  return async ({ InstanceProfileName, Tags }, { scope }) => {
    await tagProfile(context, globalScope(scope), InstanceProfileName, { add: readTags(Tags) });
    return {};
  };
}

export function untagProfileOperation(context: IdentityContext): Handler<UntagInstanceProfileCommand> {
  return async ({ InstanceProfileName, TagKeys }, { scope }) => {
    await tagProfile(context, globalScope(scope), InstanceProfileName, { remove: TagKeys });
    return {};
  };
}

export function listProfileTagsOperation(context: IdentityContext): Handler<ListInstanceProfileTagsCommand> {
  return async ({ InstanceProfileName, ...page }, { scope }) => {
    const { id, tags } = await getProfile(context, globalScope(scope), InstanceProfileName);
    return pageOfTags(context.pageTokens, page, `ListProfileTags ${id}`, tags);
  };
}
