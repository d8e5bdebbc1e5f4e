import type { Scope } from '../../../core/scope.ts';
import type { IdentityContext } from '../context.ts';
import { type IdentityRow, type Tags, updateRole } from '../tables/identities.ts';
import { checkDocument } from './documents.ts';
import { changeIdentity, createIdentity, refuseServicePath } from './identities.ts';
import { LIMITS } from './limits.ts';

export interface NewRole {
  readonly name: string;
  readonly path?: string | undefined;
  readonly trust: string;
  readonly description?: string | undefined;
  /** Seconds. */
  readonly maxSession?: number | undefined;
  readonly tags?: Tags;
  readonly boundary?: string | undefined;
}

const DEFAULT_SESSION = 3600;
const TRUST_QUOTA = 'ACLSizePerRole';

/** @throws LoamError `policy-malformed`, `entity-exists`, `entity-limit`, `entity-unmodifiable`. */
export async function createRole(context: IdentityContext, scope: Scope, asked: NewRole): Promise<IdentityRow> {
  refuseServicePath(asked.path);
  checkDocument('trust', asked.trust, LIMITS.trustPolicySize, TRUST_QUOTA);
  const { maxSession = DEFAULT_SESSION } = asked;
  return createIdentity(context, scope, { ...asked, kind: 'role', maxSession });
}

/** @throws LoamError `entity-not-found`, `policy-malformed`, `entity-limit`. */
export async function changeRole(
  context: IdentityContext,
  scope: Scope,
  name: string,
  change: { trust?: string; description?: string | undefined; maxSession?: number | undefined },
): Promise<IdentityRow> {
  const { trust, description, maxSession } = change;
  if (trust !== undefined) checkDocument('trust', trust, LIMITS.trustPolicySize, TRUST_QUOTA);
  return changeIdentity(context, scope, { kind: 'role', name }, async (transaction, row) => {
    const changed = {
      ...row,
      trust: trust ?? row.trust,
      description: description ?? row.description,
      maxSession: maxSession ?? row.maxSession,
    };
    await updateRole(transaction, scope, changed);
    return changed;
  });
}
