import { canonicalUserId } from '../canonical-user.ts';
import type { Principal } from '../principal.ts';
import type { PrincipalPattern } from './contract.ts';

/**
 * How a principal is named by a policy of a resource. `account`: through its account, whose own policies then decide.
 * `role`: through its role or as anybody, so that the boundary and the session's policies still narrow it. `direct`: by
 * itself (IAM User Guide, "Policy evaluation logic: resource-based policies").
 */
export type Naming = 'none' | 'account' | 'role' | 'direct';

/** @example namingOf(pattern, { type: 'user', arn: 'arn:aws:iam::111122223333:user/ada', … }) // 'direct' */
export function namingOf(pattern: PrincipalPattern, principal: Principal): Naming {
  const isSession = principal.roleArn !== undefined;
  if (pattern.everybody) return isSession ? 'role' : 'direct';
  if (pattern.federated.some((provider) => isFrom(principal, provider))) return 'direct';
  if (principal.type === 'anonymous') return 'none';
  if (pattern.aws.some((one) => isItself(one, principal))) return 'direct';
  if (principal.roleArn !== undefined && pattern.aws.some((one) => isRole(one, principal))) return 'role';
  const byAccount = pattern.aws.some((one) => isAccount(one, principal.account)) || isCanonicalUser(pattern, principal);
  if (!byAccount) return 'none';
  return isUnlimited(principal) ? 'direct' : 'account';
}

/**
 * Whether a Deny with NotPrincipal spares the principal: it is listed by itself or by its role. A listed account spares
 * its root alone.
 */
export function isSpared(pattern: PrincipalPattern, principal: Principal): boolean {
  const naming = namingOf(pattern, principal);
  return naming === 'direct' || naming === 'role';
}

/** Root, and a console session that carries no policies: whoever speaks for the whole account. */
export function isUnlimited({ type, policies }: Principal): boolean {
  return type === 'root' || (type === 'console' && policies === undefined);
}

function isItself(one: string, { arn, id, roleArn }: Principal): boolean {
  return one === arn || (roleArn === undefined && one === id);
}

/** A session's id is `AROA…:name`. */
function isRole(one: string, { roleArn, id }: Principal): boolean {
  return one === roleArn || one === id.split(':', 1)[0];
}

function isAccount(one: string, account: string): boolean {
  return one === account || (one.endsWith(`::${account}:root`) && one.startsWith('arn:'));
}

function isCanonicalUser({ canonicalUsers }: PrincipalPattern, { account }: Principal): boolean {
  return canonicalUsers.length > 0 && canonicalUsers.includes(canonicalUserId(account));
}

/** A web identity is known by its provider: the claims are keys that begin with the provider's address. */
function isFrom({ federated, arn, type }: Principal, provider: string): boolean {
  if (type !== 'anonymous' || !federated) return false;
  if (provider === arn) return true;
  const address = provider.replace(/^arn:[^:]*:iam::\d{12}:(oidc|saml)-provider\//, '');
  return Object.keys(federated).some((claim) => claim.startsWith(`${address}:`));
}
