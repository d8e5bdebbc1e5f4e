import type { NamedPolicy, ResourceGuard } from '../../../access/policy/contract.ts';
import { parsePolicy } from '../../../access/policy/parse-policy.ts';
import type { IdentityRow } from '../tables/identities.ts';

/** Who may assume a role. */
export function trustPolicy({ name, trust }: IdentityRow): NamedPolicy {
  return { name: `trust policy of role ${name}`, policy: parsePolicy(trust ?? '', 'trust') };
}

/**
 * What a role says of who may assume it: its trust policy decides, as the policy of a key does. It names the caller, or it
 * hands the decision to the caller's account, whose own policies have to allow it then.
 */
export function roleGuard(role: IdentityRow & { account: string }): ResourceGuard {
  const keys = Object.entries(role.tags).flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value],
    [`iam:ResourceTag/${key}`, value],
  ]);
  return { account: role.account, policy: trustPolicy(role), policyDecides: true, keys: Object.fromEntries(keys) };
}
