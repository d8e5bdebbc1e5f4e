import { makeAccessKeyId, makeSecretAccessKey } from '../../../access/key-material.ts';
import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import {
  deleteUserKey,
  insertUserKey,
  selectUserKeys,
  setUserKeyActive,
  type UserKeyRow,
} from '../tables/access-keys.ts';
import { requireRoom } from './failures.ts';
import { changeIdentity, getIdentity } from './identities.ts';
import { LIMITS } from './limits.ts';

export interface NewUserKey {
  readonly id: string;
  readonly secret: string;
  readonly created: Date;
  readonly userName: string;
}

/** The secret is given this once. @throws LoamError `entity-not-found`, `entity-limit` beyond two. */
export function createUserKey(context: IdentityContext, scope: Scope, user: string): Promise<NewUserKey> {
  const { keyring, ids, clock } = context;
  return changeIdentity(context, scope, { kind: 'user', name: user }, async (transaction, row) => {
    const keys = await selectUserKeys(transaction, scope, row.id);
    requireRoom('AccessKeysPerUser', LIMITS.keysOfUser, keys.length);
    const [id, secret] = [makeAccessKeyId(ids), makeSecretAccessKey(ids)];
    const created = new Date(clock.now());
    const sealed = keyring.seal(secret, userKeyContext(id));
    await insertUserKey(transaction, scope, { id, userId: row.id, sealed, created });
    return { id, secret, created, userName: row.name };
  });
}

export async function listUserKeys(context: IdentityContext, scope: Scope, user: string): Promise<UserKeyRow[]> {
  const { id } = await getIdentity(context, scope, 'user', user);
  return selectUserKeys(context.database, scope, id);
}

/** @throws LoamError `entity-not-found`. */
export function setKeyActive(
  context: IdentityContext,
  scope: Scope,
  of: { user: string; id: string; active: boolean },
): Promise<void> {
  return changeIdentity(context, scope, { kind: 'user', name: of.user }, async (transaction, row) => {
    const { id, active } = of;
    if (!(await setUserKeyActive(transaction, scope, { id, active, userId: row.id }))) throw keyNotFound(id);
  });
}

/** @throws LoamError `entity-not-found`. */
export function removeUserKey(context: IdentityContext, scope: Scope, of: { user: string; id: string }): Promise<void> {
  return changeIdentity(context, scope, { kind: 'user', name: of.user }, async (transaction, row) => {
    if (!(await deleteUserKey(transaction, scope, { id: of.id, userId: row.id }))) throw keyNotFound(of.id);
  });
}

export function userKeyContext(id: string): string {
  return `user-access-key:${id}`;
}

export function keyNotFound(id: string): LoamError {
  return new LoamError('entity-not-found', { message: `The Access Key with id ${id} cannot be found.` });
}
