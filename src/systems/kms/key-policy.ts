import type { Policy, Statement } from '../../access/policy/contract.ts';
import { parsePolicy } from '../../access/policy/parse-policy.ts';
import type { Principal } from '../../access/principal.ts';
import { LoamError } from '../../core/errors.ts';

/**
 * Checks a key policy, and that its author does not lock everybody out, where that is not bypassed.
 *
 * @throws LoamError `policy-malformed`
 */
export function checkKeyPolicy(document: string, principal: Principal, bypassLockoutCheck: boolean): Policy {
  const policy = parsePolicy(document, 'resource');
  if (bypassLockoutCheck || policy.statements.some((statement) => letsChange(statement, principal))) return policy;
  throw new LoamError('policy-malformed', {
    problem: 'The new key policy will not allow you to update the key policy in the future',
  });
}

function letsChange({ effect, actions, principals }: Statement, { account, arn, roleArn }: Principal): boolean {
  if (effect !== 'Allow' || !principals || principals.not || actions.not) return false;
  const changes = actions.patterns.some((pattern) => /^(\*|kms:(\*|put\*|putkeypolicy))$/i.test(pattern));
  const authors = [account, `arn:aws:iam::${account}:root`, arn, roleArn];
  return changes && (principals.everybody || principals.aws.some((named) => named === '*' || authors.includes(named)));
}
