import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Transaction } from '../../../storage/database/contract.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../../storage/database/database-errors.ts';
import type { IdentityContext } from '../context.ts';
import { selectAttached } from '../tables/attachments.ts';
import {
  countIdentities,
  deleteIdentity,
  type IdentityRow,
  insertIdentity,
  lockIdentity,
  renameIdentity,
  selectIdentity,
  setIdentityTags,
  type Tags,
} from '../tables/identities.ts';
import { selectInlinePolicies } from '../tables/inline-policies.ts';
import { identityExists, identityNotFound, inUse, requireRoom } from './failures.ts';
import { LIMITS } from './limits.ts';
import { type IdentityKind, makeUniqueId } from './names.ts';
import { mergeTags } from './tags.ts';

/** What a new user, group or role is made of. */
export interface NewIdentity {
  readonly kind: IdentityKind;
  readonly name: string;
  readonly path?: string | undefined;
  readonly tags?: Tags;
  readonly boundary?: string | undefined;
  readonly trust?: string;
  readonly description?: string | undefined;
  readonly maxSession?: number;
}

const QUOTAS = {
  user: ['UsersPerAccount', LIMITS.users],
  group: ['GroupsPerAccount', LIMITS.groups],
  role: ['RolesPerAccount', LIMITS.roles],
} as const;

/** @throws LoamError `entity-exists`, `entity-limit`. */
export async function createIdentity(
  { database, clock, ids, changed }: IdentityContext,
  scope: Scope,
  { kind, name, path = '/', tags = {}, boundary, trust, description, maxSession }: NewIdentity,
): Promise<IdentityRow> {
  const row: IdentityRow = {
    ...{ id: makeUniqueId(ids, kind), kind, name, path, created: new Date(clock.now()), tags: mergeTags(tags, {}) },
    ...{ boundary: boundary ?? null, trust: trust ?? null, description: description ?? null },
    ...{ maxSession: maxSession ?? null, lastUsed: null, lastUsedRegion: null },
  };
  const counts = await countIdentities(database, scope);
  const [quota, limit] = QUOTAS[kind];
  requireRoom(quota, limit, counts[kind]);
  await refuseTaken(kind, name, () => insertIdentity(database, scope, row));
  await changed();
  return row;
}

/** @throws LoamError `entity-not-found`. */
export async function getIdentity(
  { database }: Pick<IdentityContext, 'database'>,
  scope: Scope,
  kind: IdentityKind,
  name: string,
): Promise<IdentityRow> {
  const row = await selectIdentity(database, scope, { kind, name });
  if (!row) throw identityNotFound(kind, name);
  return row;
}

/**
 * Changes what hangs on an identity while nobody else can: limits counted inside hold.
 *
 * @throws LoamError `entity-not-found`.
 */
export async function changeIdentity<Result>(
  { database, changed }: IdentityContext,
  scope: Scope,
  of: { kind: IdentityKind; name: string },
  work: (transaction: Transaction, row: IdentityRow) => Promise<Result>,
): Promise<Result> {
  const result = await database.transaction(async (transaction) => {
    const found = await selectIdentity(transaction, scope, of);
    if (!found || !(await lockIdentity(transaction, scope, found.id))) throw identityNotFound(of.kind, of.name);
    // What was read before the lock may be old by now.
    const row = await selectIdentity(transaction, scope, of);
    if (row?.id !== found.id) throw identityNotFound(of.kind, of.name);
    return work(transaction, row);
  });
  await changed();
  return result;
}

/** @throws LoamError `entity-not-found`, `entity-exists`. */
export function rename(
  context: IdentityContext,
  scope: Scope,
  of: { kind: IdentityKind; name: string },
  to: { name?: string | undefined; path?: string | undefined },
): Promise<void> {
  return changeIdentity(context, scope, of, (transaction, row) => {
    const change = { id: row.id, name: to.name ?? row.name, path: to.path ?? row.path };
    return refuseTaken(of.kind, change.name, () => renameIdentity(transaction, scope, change));
  });
}

/** @throws LoamError `entity-not-found`, `entity-limit`. */
export function tagIdentity(
  context: IdentityContext,
  scope: Scope,
  of: { kind: IdentityKind; name: string },
  change: { add?: Tags; remove?: readonly string[] },
): Promise<void> {
  return changeIdentity(context, scope, of, (transaction, row) =>
    setIdentityTags(transaction, scope, { id: row.id, tags: mergeTags(row.tags, change) }),
  );
}

/**
 * Removes an identity that nothing hangs on any more.
 *
 * @param alsoFree what only this kind has to be free of: keys, groups, members, instance profiles.
 * @throws LoamError `entity-not-found`, `entity-in-use`.
 */
export function removeIdentity(
  context: IdentityContext,
  scope: Scope,
  of: { kind: IdentityKind; name: string },
  alsoFree: (transaction: Transaction, row: IdentityRow) => Promise<void>,
): Promise<void> {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    await alsoFree(transaction, row);
    if ((await selectAttached(transaction, scope, row.id)).length > 0) throw inUse('detach all policies');
    if ((await selectInlinePolicies(transaction, scope, row.id)).length > 0) throw inUse('delete policies');
    await deleteIdentity(transaction, scope, row.id).catch((caught: unknown) => {
      throw isForeignKeyViolation(caught) ? inUse('remove what refers to it') : caught;
    });
  });
}

async function refuseTaken(kind: IdentityKind, name: string, write: () => Promise<void>): Promise<void> {
  await write().catch((caught: unknown) => {
    throw isUniqueViolation(caught) ? identityExists(kind, name) : caught;
  });
}

/** @throws LoamError `entity-unmodifiable` for a path of what only services may make. */
export function refuseServicePath(path: string | undefined): void {
  if (!path?.startsWith('/aws-service-role/')) return;
  const message = 'Only a service may use the path /aws-service-role/.';
  throw new LoamError('entity-unmodifiable', { message });
}
