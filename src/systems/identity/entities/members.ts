import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { deleteMember, insertMember, selectGroupsOf, selectMembersOf } from '../tables/group-members.ts';
import { type IdentityRow, selectIdentityById } from '../tables/identities.ts';
import { requireRoom } from './failures.ts';
import { changeIdentity, getIdentity } from './identities.ts';
import { LIMITS } from './limits.ts';

interface Membership {
  readonly group: string;
  readonly user: string;
}

/** Adding twice is adding once. @throws LoamError `entity-not-found`, `entity-limit`. */
export async function addToGroup(context: IdentityContext, scope: Scope, { group, user }: Membership): Promise<void> {
  const { id } = await getIdentity(context, scope, 'group', group);
  await changeIdentity(context, scope, { kind: 'user', name: user }, async (transaction, row) => {
    const groups = await selectGroupsOf(transaction, scope, row.id);
    if (groups.includes(id)) return;
    requireRoom('GroupsPerUser', LIMITS.groupsOfUser, groups.length);
    await insertMember(transaction, scope, { group: id, user: row.id });
  });
}

/** @throws LoamError `entity-not-found` where the user is not in the group. */
export async function removeFromGroup(context: IdentityContext, scope: Scope, { group, user }: Membership) {
  const { id } = await getIdentity(context, scope, 'group', group);
  await changeIdentity(context, scope, { kind: 'user', name: user }, async (transaction, row) => {
    if (await deleteMember(transaction, scope, { group: id, user: row.id })) return;
    throw new LoamError('entity-not-found', { message: `User ${user} is not in the group ${group}.` });
  });
}

export async function listGroupsOf(context: IdentityContext, scope: Scope, user: string): Promise<IdentityRow[]> {
  const { id } = await getIdentity(context, scope, 'user', user);
  return rowsOf(context, scope, await selectGroupsOf(context.database, scope, id));
}

export async function listMembersOf(context: IdentityContext, scope: Scope, group: IdentityRow) {
  return rowsOf(context, scope, await selectMembersOf(context.database, scope, group.id));
}

async function rowsOf({ database }: IdentityContext, scope: Scope, ids: readonly string[]): Promise<IdentityRow[]> {
  const rows = await Promise.all(ids.map((id) => selectIdentityById(database, scope, id)));
  return rows.filter((row) => row !== undefined);
}
