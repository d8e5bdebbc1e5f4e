import type { Principal } from '../../../access/principal.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Statements } from '../../../storage/database/contract.ts';
import { entityArn } from '../entities/names.ts';
import type { IdentityRow } from '../tables/identities.ts';
import { loadPolicies } from './load-policies.ts';

/** A user with all that says what it may do. */
export async function userPrincipal(db: Statements, scope: Scope, row: IdentityRow): Promise<Principal> {
  const { account } = scope;
  return {
    type: 'user',
    account,
    arn: entityArn(account, 'user', row.path, row.name),
    id: row.id,
    userName: row.name,
    tags: row.tags,
    policies: await loadPolicies(db, scope, row),
  };
}
