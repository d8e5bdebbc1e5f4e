import { LoamError } from '../../../core/errors.ts';
import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { deleteAttachment, insertAttachment, selectAttached } from '../tables/attachments.ts';
import { setBoundary } from '../tables/identities.ts';
import {
  deleteInlinePolicyRow,
  type InlinePolicyRow,
  putInlinePolicyRow,
  selectInlinePolicies,
} from '../tables/inline-policies.ts';
import { checkDocument, documentSize } from './documents.ts';
import { requireRoom } from './failures.ts';
import { changeIdentity, getIdentity } from './identities.ts';
import { LIMITS } from './limits.ts';
import type { IdentityKind } from './names.ts';
import { requireAttachable } from './policies.ts';

export interface IdentityName {
  readonly kind: IdentityKind;
  readonly name: string;
}

const PLURAL = { user: 'User', group: 'Group', role: 'Role' } as const;
const INLINE_SIZES = {
  user: LIMITS.inlineUserSize,
  group: LIMITS.inlineGroupSize,
  role: LIMITS.inlineRoleSize,
} as const;

/** Attaching twice is attaching once. @throws LoamError `entity-not-found`, `entity-limit`. */
export function attachPolicy(context: IdentityContext, scope: Scope, of: IdentityName, policy: string): Promise<void> {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    await requireAttachable(transaction, scope, policy);
    const attached = await selectAttached(transaction, scope, row.id);
    if (attached.includes(policy)) return;
    requireRoom(`PoliciesPer${PLURAL[of.kind]}`, LIMITS.attachedToIdentity, attached.length);
    await insertAttachment(transaction, scope, { identity: row.id, policy });
  });
}

/** @throws LoamError `entity-not-found` where it is not attached. */
export function detachPolicy(context: IdentityContext, scope: Scope, of: IdentityName, policy: string): Promise<void> {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    if (await deleteAttachment(transaction, scope, { identity: row.id, policy })) return;
    throw new LoamError('entity-not-found', { message: `Policy ${policy} was not found.` });
  });
}

/** ARNs in order. @throws LoamError `entity-not-found`. */
export async function listAttached(context: IdentityContext, scope: Scope, of: IdentityName): Promise<string[]> {
  const { id } = await getIdentity(context, scope, of.kind, of.name);
  return selectAttached(context.database, scope, id);
}

/** @throws LoamError `policy-malformed`, `entity-limit` when all inline policies of the identity would be too large. */
export function putInlinePolicy(
  context: IdentityContext,
  scope: Scope,
  of: IdentityName,
  { name, document }: InlinePolicyRow,
): Promise<void> {
  checkDocument('identity', document);
  return changeIdentity(context, scope, of, async (transaction, row) => {
    const others = (await selectInlinePolicies(transaction, scope, row.id)).filter((one) => one.name !== name);
    const size = [...others, { document }].reduce((sum, one) => sum + documentSize(one.document), 0);
    if (size > INLINE_SIZES[of.kind]) {
      const message = `Maximum policy size of ${INLINE_SIZES[of.kind]} bytes exceeded for ${of.kind} ${row.name}`;
      throw new LoamError('entity-limit', { message });
    }
    await putInlinePolicyRow(transaction, scope, { identity: row.id, name, document });
  });
}

/** @throws LoamError `entity-not-found`. */
export async function getInlinePolicy(
  context: IdentityContext,
  scope: Scope,
  of: IdentityName,
  name: string,
): Promise<InlinePolicyRow & { owner: string }> {
  const { id, name: owner } = await getIdentity(context, scope, of.kind, of.name);
  const found = (await selectInlinePolicies(context.database, scope, id)).find((one) => one.name === name);
  if (!found) throw inlineNotFound(of.kind, name);
  return { ...found, owner };
}

export async function listInlinePolicies(context: IdentityContext, scope: Scope, of: IdentityName) {
  const { id } = await getIdentity(context, scope, of.kind, of.name);
  return selectInlinePolicies(context.database, scope, id);
}

/** @throws LoamError `entity-not-found`. */
export function deleteInlinePolicy(context: IdentityContext, scope: Scope, of: IdentityName, name: string) {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    if (await deleteInlinePolicyRow(transaction, scope, { identity: row.id, name })) return;
    throw inlineNotFound(of.kind, name);
  });
}

/** @throws LoamError `entity-not-found`. */
export function putBoundary(context: IdentityContext, scope: Scope, of: IdentityName, policy: string): Promise<void> {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    await requireAttachable(transaction, scope, policy);
    await setBoundary(transaction, scope, { id: row.id, boundary: policy });
  });
}

/** @throws LoamError `entity-not-found` where there is none. */
export function deleteBoundary(context: IdentityContext, scope: Scope, of: IdentityName): Promise<void> {
  return changeIdentity(context, scope, of, async (transaction, row) => {
    if (row.boundary === null) {
      const message = `${PLURAL[of.kind]} ${row.name} does not have a permissions boundary.`;
      throw new LoamError('entity-not-found', { message });
    }
    await setBoundary(transaction, scope, { id: row.id, boundary: null });
  });
}

/** @throws LoamError `entity-not-found` when a new identity's boundary is no policy. */
export async function requireBoundary(
  { database }: IdentityContext,
  scope: Scope,
  policy: string | undefined,
): Promise<void> {
  if (policy !== undefined) await database.transaction((transaction) => requireAttachable(transaction, scope, policy));
}

function inlineNotFound(kind: IdentityKind, name: string): LoamError {
  return new LoamError('entity-not-found', { message: `The ${kind} policy with name ${name} cannot be found.` });
}
