import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import { isUniqueViolation } from '../../../storage/database/database-errors.ts';
import type { IdentityContext } from '../context.ts';
import type { Tags } from '../tables/identities.ts';
import {
  deleteProfileRow,
  insertProfile,
  type ProfileRow,
  selectProfile,
  updateProfile,
} from '../tables/instance-profiles.ts';
import { inUse } from './failures.ts';
import { getIdentity } from './identities.ts';
import { LIMITS } from './limits.ts';
import { makeUniqueId } from './names.ts';
import { mergeTags } from './tags.ts';

/** @throws LoamError `entity-exists`. */
export async function createProfile(
  { database, clock, ids }: IdentityContext,
  scope: Scope,
  { name, path = '/', tags }: { name: string; path?: string | undefined; tags: Tags },
): Promise<ProfileRow> {
  const id = makeUniqueId(ids, 'instance-profile');
  const row: ProfileRow = { id, name, path, tags: mergeTags(tags, {}), created: new Date(clock.now()), role: null };
  await insertProfile(database, scope, row).catch((caught: unknown) => {
    if (!isUniqueViolation(caught)) throw caught;
    throw new LoamError('entity-exists', { message: `Instance Profile ${name} already exists.` });
  });
  return row;
}

/** @throws LoamError `entity-not-found`. */
export async function getProfile({ database }: IdentityContext, scope: Scope, name: string): Promise<ProfileRow> {
  const row = await selectProfile(database, scope, name);
  if (row) return row;
  throw new LoamError('entity-not-found', { message: `Instance Profile ${name} cannot be found.` });
}

/** @throws LoamError `entity-limit` when it holds a role. */
export async function addRole(context: IdentityContext, scope: Scope, of: { profile: string; role: string }) {
  const profile = await getProfile(context, scope, of.profile);
  const { id } = await getIdentity(context, scope, 'role', of.role);
  if (profile.role !== null) {
    const message = `Cannot exceed quota for InstanceSessionsPerInstanceProfile: ${LIMITS.rolesOfProfile}`;
    throw new LoamError('entity-limit', { message });
  }
  await updateProfile(context.database, scope, { ...profile, role: id });
}

export async function removeRole(context: IdentityContext, scope: Scope, of: { profile: string; role: string }) {
  const profile = await getProfile(context, scope, of.profile);
  const { id } = await getIdentity(context, scope, 'role', of.role);
  if (profile.role !== id) {
    throw new LoamError('entity-not-found', {
      message: `Role ${of.role} is not in the instance profile ${of.profile}.`,
    });
  }
  await updateProfile(context.database, scope, { ...profile, role: null });
}

export async function tagProfile(
  context: IdentityContext,
  scope: Scope,
  name: string,
  change: { add?: Tags; remove?: readonly string[] },
): Promise<void> {
  const profile = await getProfile(context, scope, name);
  await updateProfile(context.database, scope, { ...profile, tags: mergeTags(profile.tags, change) });
}

export async function deleteProfile(context: IdentityContext, scope: Scope, name: string): Promise<void> {
  const profile = await getProfile(context, scope, name);
  if (profile.role !== null) throw inUse('remove roles from instance profile');
  await deleteProfileRow(context.database, scope, profile.id);
}
