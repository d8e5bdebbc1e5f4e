import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';

const OWN = 'account = :account and region = :region';

export async function insertMember(db: Statements, scope: Scope, of: { group: string; user: string }): Promise<void> {
  const text = `insert into iam_group_members (account, region, group_id, user_id)
    values (:account, :region, :group, :user) on conflict do nothing`;
  await db.query(scope, text, of);
}

/** @returns whether the user was in the group. */
export async function deleteMember(
  db: Statements,
  scope: Scope,
  of: { group: string; user: string },
): Promise<boolean> {
  const text = `delete from iam_group_members where ${OWN} and group_id = :group and user_id = :user returning user_id`;
  return (await db.query(scope, text, of)).length > 0;
}

/** Ids of the groups that a user is in. */
export async function selectGroupsOf(db: Statements, scope: Scope, user: string): Promise<string[]> {
  const text = `select group_id as id from iam_group_members where ${OWN} and user_id = :user order by group_id`;
  return (await db.query<{ id: string }>(scope, text, { user })).map(({ id }) => id);
}

/** Ids of the users in a group. */
export async function selectMembersOf(db: Statements, scope: Scope, group: string): Promise<string[]> {
  const text = `select user_id as id from iam_group_members where ${OWN} and group_id = :group order by user_id`;
  return (await db.query<{ id: string }>(scope, text, { group })).map(({ id }) => id);
}
